package journal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestDecisionsOnFullDisk starts a second time on a full disk, where SQLite finds no
// room for what readers and writers share: what people decided is in force all the same.
func TestDecisionsOnFullDisk(t *testing.T) {
	t.Parallel()
	dir := tmpfs(t, "4m")
	path := filepath.Join(dir, "data", "journal.db")
	j := open(t, path, Options{})
	last := record(t, j, full)
	if err := errors.Join(j.PutException(t.Context(), Exception{Host: "a.example", Kind: ExceptionBlock}), j.Close()); err != nil {
		t.Fatal(err)
	}
	filler := filepath.Join(dir, "filler")
	fill(t, filler)
	j = open(t, path, Options{})
	if got, err := j.Exceptions(t.Context()); err != nil || len(got) != 1 || got[0].Host != "a.example" {
		t.Errorf("Exceptions = %v, %v; want what was decided", got, err)
	}
	e, err := j.Record(t.Context(), full)
	if err == nil || e.ID <= last.ID {
		t.Errorf("Record = id %d, %v on a full disk; want an error and an id after %d", e.ID, err, last.ID)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	await(t, path, func(got Event) bool { return got.ID == e.ID })
	if err := j.PutException(t.Context(), Exception{Host: "b.example", Kind: ExceptionBlock}); err != nil {
		t.Error(err)
	}
	if got, err := j.Exceptions(t.Context()); err != nil || len(got) != 2 {
		t.Errorf("Exceptions = %v, %v with room again; want both", got, err)
	}
}

// TestReadOnlyDirectory starts where nothing can be written, as after an error of a
// disk: what was recorded is read, what comes waits until writing works again, although
// readers were open before. A journal cannot be begun there.
func TestReadOnlyDirectory(t *testing.T) {
	t.Parallel()
	for name, killed := range map[string]bool{"after a stop": false, "after a crash": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := tmpfs(t, "4m")
			path := filepath.Join(dir, "data", "journal.db")
			last := made(t, path, 3)[2]
			if killed { // the log is still there
				j := open(t, path, Options{})
				last = record(t, j, full)
				left := filepath.Join(dir, "left")
				for _, c := range []string{"", "-wal", "-shm", ".lock"} {
					copyFile(t, path+c, left+c)
				}
				if err := j.Close(); err != nil {
					t.Fatal(err)
				}
				path = left
			}
			remount(t, dir, unix.MS_RDONLY)
			j := open(t, path, Options{})
			if got := ids(stored(t, path)); got[len(got)-1] != last.ID {
				t.Errorf("ids = %v from a read-only directory; want them to end with %d", got, last.ID)
			}
			if _, err := j.Exceptions(t.Context()); err != nil { // its reader is open
				t.Error(err)
			}
			e, err := j.Record(t.Context(), full)
			if err == nil || !strings.Contains(err.Error(), path) {
				t.Errorf("Record = %v; want an error with the path", err)
			}
			if e.ID <= last.ID {
				t.Errorf("id = %d after %d", e.ID, last.ID)
			}
			if _, err := Open(path, Options{}); !errors.Is(err, ErrLocked) {
				t.Errorf("second Open = %v; want ErrLocked", err)
			}
			other := filepath.Join(dir, "other", "journal.db")
			if _, err := Open(other, Options{}); !errors.Is(err, unix.EROFS) || !strings.Contains(err.Error(), filepath.Dir(other)) {
				t.Errorf("Open without a journal = %v; want EROFS and the path", err)
			}
			remount(t, dir, 0)
			await(t, path, func(got Event) bool { return got.ID == e.ID })
			record(t, j, full)
			if j.Lost() != 0 || j.MovedAside() != "" {
				t.Errorf("%d lost, moved aside to %q", j.Lost(), j.MovedAside())
			}
			// The next id is noted beside the file again, for a start after a crash.
			if noted := noted(t, path); noted != e.ID+1 {
				t.Errorf("noted id = %d; want %d", noted, e.ID+1)
			}
			if _, err := Open(path, Options{}); !errors.Is(err, ErrLocked) {
				t.Errorf("second Open once it is written = %v; want ErrLocked", err)
			}
		})
	}
}

// noted returns the last id that is noted beside the journal at path.
func noted(t *testing.T, path string) (last int64) {
	t.Helper()
	line, err := os.ReadFile(path + ".lock")
	if err == nil {
		var pid int
		_, err = fmt.Sscanf(string(line), "sekisho pid %d last %d", &pid, &last)
	}
	if err != nil {
		t.Fatal(err)
	}
	return last
}

// remount changes the file system at dir, or skips the test where that is not permitted.
func remount(t *testing.T, dir string, flags uintptr) {
	t.Helper()
	if err := unix.Mount("", dir, "", unix.MS_REMOUNT|flags, ""); err != nil {
		t.Skipf("no read-only file system: %v", err)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
