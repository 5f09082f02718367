package private

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

func made(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "deep", "own")
	if err := MakeFolder(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestWriteThenRead(t *testing.T) {
	t.Parallel()
	dir := made(t)
	path := filepath.Join(dir, "a.json")
	if _, err := Read(path, 10); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Read of nothing: %v; want fs.ErrNotExist", err)
	}
	none := StampOf(path)
	if !none.Same(StampOf(path)) {
		t.Error("two stamps of nothing differ")
	}
	interrupted := filepath.Join(dir, "a.json.123.tmp")
	if err := os.WriteFile(interrupted, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	last := none
	for _, want := range []string{"first", "second"} {
		if err := Write(dir, "a.json", []byte(want)); err != nil {
			t.Fatal(err)
		}
		if got, err := Read(path, 10); err != nil || string(got) != want {
			t.Errorf("Read = %q, %v; want %q", got, err, want)
		}
		now := StampOf(path)
		if now.Same(last) || !now.Same(StampOf(path)) {
			t.Errorf("after writing %q the stamp is the same as before, or changes by itself", want)
		}
		last = now
	}
	if _, err := os.Stat(interrupted); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what an interrupted write left is still there: %v", err)
	}
	if _, err := Read(path, 3); err == nil || !strings.Contains(err.Error(), "larger than 3 bytes") {
		t.Errorf("Read beyond the limit: %v", err)
	}
}

func TestRefusesWhatOthersReach(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has access lists where others have modes")
	}
	dir := made(t)
	path := filepath.Join(dir, "a")
	if err := Write(dir, "a", []byte("x")); err != nil {
		t.Fatal(err)
	}
	for what, want := range map[string]fs.FileMode{dir: 0o700, path: 0o600} {
		info, err := os.Stat(what)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("mode of %q: %v, %v; want %v", what, info.Mode(), err, want)
		}
	}
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o620, 0o602} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path, 10); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("Read of mode %v: %v; want the command that mends it", mode, err)
		}
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := MakeFolder(dir); err == nil || !strings.Contains(err.Error(), "chmod 700") {
		t.Errorf("MakeFolder of mode 0755: %v; want the command that mends it", err)
	}
}

func TestRefusesOtherThings(t *testing.T) {
	t.Parallel()
	dir := made(t)
	if err := Write(dir, "real", []byte("x")); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(filepath.Join(dir, "real"), link); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	for path, want := range map[string]string{link: "is a symbolic link", dir: "is a folder"} {
		if _, err := Read(path, 10); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Read(%q): %v; want that it %s", path, err, want)
		}
	}
	if err := MakeFolder(filepath.Join(dir, "real")); err == nil || !strings.Contains(err.Error(), "not a folder") {
		t.Errorf("MakeFolder on a file: %v", err)
	}
	if err := Write(filepath.Join(dir, "none"), "a", nil); err == nil {
		t.Error("Write into a folder that is not there: no error")
	}
}

// TestLock has many count in one file; without the lock they would lose some.
func TestLock(t *testing.T) {
	t.Parallel()
	dir := made(t)
	var all sync.WaitGroup
	const most = 20
	for range most {
		all.Go(func() {
			unlock, err := Lock(filepath.Join(dir, "lock"), LockWait)
			if err != nil {
				t.Error(err)
				return
			}
			defer unlock()
			data, err := Read(filepath.Join(dir, "n"), most)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Error(err)
			}
			if err := Write(dir, "n", append(data, '+')); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got, err := Read(filepath.Join(dir, "n"), most); err != nil || !bytes.Equal(got, bytes.Repeat([]byte("+"), most)) {
		t.Errorf("%d changes came through, %v; want %d", len(got), err, most)
	}
}
