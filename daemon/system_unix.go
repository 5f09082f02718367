//go:build unix

package daemon

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// tryLock locks f for this process without waiting and reports whether it could.
func tryLock(f *os.File) (bool, error) {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

// checkDir refuses a data folder that others may write to: they could put a CA of
// their own into it.
func checkDir(dir Dir) error {
	info, err := os.Stat(string(dir))
	if err != nil {
		return fmt.Errorf("check the data folder: %w", err)
	}
	if !info.IsDir() {
		return fmt.Errorf("check the data folder: %q is not a folder", string(dir))
	}
	if info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("check the data folder: %q may be written by others (%v); "+
			"take their right away with chmod go-w, or choose a folder of its own", string(dir), info.Mode().Perm())
	}
	return nil
}

// alive reports whether a process exists; one of another user does, too.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}

// Causes of a bind error that have something to say to a person.
func isTaken(err error) bool     { return errors.Is(err, syscall.EADDRINUSE) }
func isForeign(err error) bool   { return errors.Is(err, syscall.EADDRNOTAVAIL) }
func isForbidden(err error) bool { return errors.Is(err, fs.ErrPermission) }

// noRoom reports whether a file system is full, over quota, read-only or failing.
func noRoom(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EROFS) || errors.Is(err, syscall.EIO)
}
