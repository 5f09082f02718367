//go:build !windows

package datafile

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// unlock gives back what lock took.
func unlock(f *os.File) error { return unix.Flock(int(f.Fd()), unix.LOCK_UN) }

// lock takes an exclusive lock on f, or returns errHeld at once. A flock ends
// with the process, however it ends.
func lock(f *os.File) error {
	for {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.EWOULDBLOCK):
			return errHeld
		}
		return err
	}
}

// Accessible reports whether this process may read and write the file at path.
// It asks without opening it: closing a descriptor of a database would drop
// every POSIX lock that SQLite holds on it in this process.
func Accessible(path string) error {
	return unix.Access(path, unix.R_OK|unix.W_OK)
}

// syncDir makes a new name in dir durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// FreeSpace returns the bytes that this user may still write below dir.
func FreeSpace(dir string) (uint64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, err
	}
	return uint64(st.Bavail) * uint64(st.Bsize), nil
}
