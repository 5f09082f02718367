package datafile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestMake(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data", "journal.db")
	for _, want := range []bool{true, false} {
		if made, err := Make(path); err != nil || made != want {
			t.Errorf("Make = %v, %v; want %v", made, err, want)
		}
	}
	if _, err := Make(filepath.Dir(path)); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("Make of a directory = %v; want it to be refused", err)
	}
}

func TestDropCompanions(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.db")
	for _, end := range []string{"", "-wal", "-shm", ".lock"} {
		write(t, path+end, "text")
	}
	DropCompanions(path)
	DropCompanions(path) // does no harm
	for end, want := range map[string]bool{"": true, "-wal": false, "-shm": false, ".lock": true} {
		if Exists(path+end) != want {
			t.Errorf("journal.db%s is there: %t; want %t", end, !want, want)
		}
	}
}

func TestMoveAside(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.db")
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for i, want := range []string{".corrupt-20260102T030405", ".corrupt-20260102T030405-2", ".corrupt-20260102T030405-3"} {
		text := strings.Repeat("x", i+1)
		for _, c := range []string{"", "-wal"} { // without a -shm, as after a crash of the system
			write(t, path+c, text)
		}
		if got := Size(path); got != int64(2*len(text)) {
			t.Errorf("Size = %d; want %d", got, 2*len(text))
		}
		aside, err := MoveAside(path, now)
		if err != nil || aside != path+want {
			t.Fatalf("MoveAside = %q, %v; want %q", aside, err, path+want)
		}
		if Exists(path) || Size(path) != 0 {
			t.Error("the file is still there")
		}
	}
	for i, name := range []string{"", "-2", "-3"} { // nothing was overwritten
		for _, c := range []string{"", "-wal"} {
			if got, err := os.ReadFile(path + ".corrupt-20260102T030405" + name + c); err != nil || len(got) != i+1 {
				t.Errorf("%q%s: %q, %v; want %d bytes", name, c, got, err, i+1)
			}
		}
	}
	if _, err := MoveAside(path, now); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("MoveAside of nothing = %v", err)
	}
}

// TestNoted: what is noted is found by who takes the lock next, unless it is no id.
func TestNoted(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.db.lock")
	take := func(want int64) *Lock {
		t.Helper()
		l, last, err := Acquire(path)
		if err != nil || last != want {
			t.Fatalf("Acquire = %d, %v; want %d", last, err, want)
		}
		return l
	}
	l := take(0)
	l.Note(41)
	l.Note(42)
	if _, _, err := Acquire(path); !errors.Is(err, ErrLocked) {
		t.Errorf("second Acquire = %v; want ErrLocked", err)
	}
	if !l.Intact() {
		t.Error("not intact")
	}
	if err := l.Release(); err != nil {
		t.Fatal(err)
	}
	l = take(42)
	if err := l.Release(); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"", "sekisho", "sekisho pid 1 last -1\n", "sekisho pid -1 last 1\n", "sekisho pid 1 last 4503599627370496\n", "sekisho pid 1 last 99999999999999999999\n"} {
		write(t, path, line)
		l := take(0)
		if err := l.Release(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFreeSpace(t *testing.T) {
	t.Parallel()
	if free, err := FreeSpace(t.TempDir()); err != nil || free == 0 {
		t.Errorf("FreeSpace = %d, %v", free, err)
	}
}
