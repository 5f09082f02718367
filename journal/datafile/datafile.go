// Package datafile looks after the files that a journal lies in, as files: it makes them
// so that only their owner can read them, locks them for the one process that writes, and
// moves one that is of no use out of the way. What is in them is the business of package
// journal; SQLite keeps two companions next to the file, its log (-wal) and an index of
// that (-shm).
package datafile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// companions are the files that SQLite keeps next to a database.
var companions = []string{"-wal", "-shm"}

// Make sees to it that there is a regular file at path which only its
// owner can read. A new one is empty, which SQLite takes for an empty
// database; the files SQLite adds get the same mode. Whatever the umask, there
// is no moment at which others can read it. It reports whether it made one.
func Make(path string) (made bool, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return false, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		// A umask of 0777 would leave nothing for the owner.
		err = errors.Join(f.Chmod(0o600), f.Close(), syncDir(filepath.Dir(path)))
		return true, err
	}
	if !errors.Is(err, fs.ErrExist) {
		return false, err
	}
	info, err := Identity(path)
	if err != nil {
		return false, err
	}
	return false, restrict(path, info)
}

// Identity describes the file at path, which has to be a regular one. Two of its answers
// can be compared with [os.SameFile] on every system.
func Identity(path string) (os.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%q is a directory", path)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%q is not a regular file", path)
	}
	os.SameFile(info, info) // on Windows, a FileInfo reads its file's number only when first compared
	return info, nil
}

// restrict takes a file and its companions away from everybody but the owner.
func restrict(path string, info os.FileInfo) error {
	if info.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(path, 0o600); err != nil {
			return err
		}
	}
	for _, c := range companions {
		if other, err := os.Lstat(path + c); err == nil && other.Mode().IsRegular() && other.Mode().Perm()&0o077 != 0 {
			if err := os.Chmod(path+c, 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}

// Exists reports whether there is anything at path. A link that leads nowhere is
// something.
func Exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// Size is the size of the file at path and of its log, in bytes; one that is not there
// has none.
func Size(path string) (n int64) {
	for _, name := range []string{path, path + "-wal"} {
		if info, err := os.Stat(name); err == nil {
			n += info.Size()
		}
	}
	return n
}

// MoveAside renames a file and its companions to path.corrupt-20060102T150405, by the
// clock at now, and returns that name. Nothing is overwritten. The log goes first: left
// behind without its file it would be deleted, next to another file it would be read.
func MoveAside(path string, now time.Time) (string, error) {
	aside := path + ".corrupt-" + now.Format("20060102T150405")
	for n := 2; Exists(aside); n++ {
		aside = fmt.Sprintf("%s.corrupt-%s-%d", path, now.Format("20060102T150405"), n)
	}
	for _, c := range companions {
		if err := os.Rename(path+c, aside+c); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	if err := os.Rename(path, aside); err != nil {
		return "", err
	}
	return aside, syncDir(filepath.Dir(path))
}

// DropCompanions removes what a file that is gone left behind. SQLite ignores
// a log older than its file, but readers still on the old file must not share
// the new one's -shm.
func DropCompanions(path string) {
	for _, c := range companions {
		_ = os.Remove(path + c) // mostly not there
	}
}
