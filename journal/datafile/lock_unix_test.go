//go:build !windows

package datafile

import (
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestReleaseWithCopies has a child that is being started have the lock's file as well:
// the lock is given back all the same.
func TestReleaseWithCopies(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.lock")
	l, _, err := Acquire(path)
	if err != nil {
		t.Fatal(err)
	}
	inherited, err := unix.Dup(int(l.f.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Close(inherited) }()
	if err := l.Release(); err != nil {
		t.Fatal(err)
	}
	again, _, err := Acquire(path)
	if err != nil {
		t.Fatalf("%v; want the lock", err)
	}
	if err := again.Release(); err != nil {
		t.Error(err)
	}
}
