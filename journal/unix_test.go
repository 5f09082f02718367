//go:build !windows

package journal

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestModes looks at all files while a journal is open, whatever the umask. It
// changes the process's umask: not parallel.
func TestModes(t *testing.T) {
	for _, mask := range []int{0, 0o022, 0o177} {
		path := place(t)
		old := unix.Umask(mask)
		j, err := Open(path, Options{})
		unix.Umask(old)
		if err != nil {
			t.Fatalf("umask %o: %v", mask, err)
		}
		record(t, j, full)
		reader(t, path)
		if loose := looseModes(t, path); len(loose) > 0 {
			t.Errorf("umask %o: wrong modes %v", mask, loose)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestModesAreMended(t *testing.T) {
	t.Parallel()
	path := place(t)
	made(t, path, 1)
	for _, name := range []string{path, path + ".lock"} {
		if err := os.Chmod(name, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	open(t, path, Options{})
	if loose := looseModes(t, path); len(loose) > 0 {
		t.Errorf("wrong modes %v", loose)
	}
}

func TestOpenOtherThings(t *testing.T) {
	t.Parallel()
	path := place(t)
	made(t, path, 1)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, Options{}); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("Open of a pipe = %v; want it to be refused", err)
	}
	if _, err := OpenReader(path); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("OpenReader of a pipe = %v; want it to be refused", err)
	}
}
