//go:build unix

package private

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// openFlags keep an open from following a link that was swapped in, and from
// waiting for the other end of a pipe.
const openFlags = syscall.O_NOFOLLOW | syscall.O_NONBLOCK | syscall.O_CLOEXEC

// Bits of a mode that other users must not have.
const (
	reach  fs.FileMode = 0o077
	change fs.FileMode = 0o022
)

func check(path string, info fs.FileInfo, denied fs.FileMode) error {
	if mode := info.Mode().Perm(); mode&denied != 0 {
		harm := "reach it"
		if denied == change {
			harm = "swap its files"
		}
		return &AccessError{
			Path:    path,
			Problem: fmt.Sprintf("has mode %#o, so other users of this machine can %s", mode, harm),
			Remedy:  fmt.Sprintf("run `chmod %o %q`", mode&^reach, path),
			Exposed: true,
		}
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok && int(st.Uid) != os.Geteuid() {
		return &AccessError{
			Path:    path,
			Problem: fmt.Sprintf("belongs to user %d, and sekisho runs as user %d", st.Uid, os.Geteuid()),
			Remedy:  fmt.Sprintf("run sekisho as user %d, or give it a folder of its own with --data", st.Uid),
		}
	}
	return nil
}

func protectFolder(string) error { return nil } // its mode says all

// syncFolder makes a rename in dir last through a power cut. A file system that
// cannot do so is not an error.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}

func tryLock(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EWOULDBLOCK):
			return ErrLocked
		}
		return err
	}
}
