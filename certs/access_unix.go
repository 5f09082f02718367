//go:build unix

package certs

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

// checkSecret refuses a key file that anyone but its owner can read or change, and
// one that belongs to somebody else.
func checkSecret(path string, info fs.FileInfo) error {
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return &FileError{
			Path:    path,
			Problem: fmt.Sprintf("has mode %#o, so other users of this machine can reach its private key", mode),
			Remedy: fmt.Sprintf("run `chmod 600 %q`; if somebody else may have read it, run `sekisho ca rotate` as well",
				path),
		}
	}
	return checkOwner(path, info)
}

// checkFolder refuses a folder in which others could swap files.
func checkFolder(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return failed(dir, "looked at", remedyRead, err)
	case !info.IsDir():
		return notFolder(dir)
	case info.Mode().Perm()&0o022 != 0:
		return &FileError{
			Path:    dir,
			Problem: fmt.Sprintf("has mode %#o, so other users of this machine can swap its files", info.Mode().Perm()),
			Remedy:  fmt.Sprintf("run `chmod 700 %q`", dir),
		}
	}
	return checkOwner(dir, info)
}

// checkOwner refuses what belongs to another user, root's own runs included: a
// file made there by root would lock its owner out, and its owner can read the key.
func checkOwner(path string, info fs.FileInfo) error {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(st.Uid) == os.Geteuid() {
		return nil
	}
	return &FileError{
		Path:    path,
		Problem: fmt.Sprintf("belongs to user %d, and sekisho runs as user %d", st.Uid, os.Geteuid()),
		Remedy:  fmt.Sprintf("run sekisho as user %d, or give it a folder of its own with --data", st.Uid),
	}
}

// protectFolder has nothing to add to the mode that the folder was made with.
func protectFolder(string) error { return nil }

// syncFolder makes a rename in dir last through a power cut. A file system that
// cannot do so is not an error.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
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
			return errLocked
		}
		return err
	}
}
