package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// companions are the files that SQLite keeps next to a database.
var companions = []string{"-wal", "-shm"}

// makeFile sees to it that there is a regular file at path which only its
// owner can read. A new one is empty, which SQLite takes for an empty
// database; the files SQLite adds get the same mode. Whatever the umask, there
// is no moment at which others can read it. It reports whether it made one.
func makeFile(path string) (made bool, err error) {
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
	info, err := identity(path)
	if err != nil {
		return false, err
	}
	return false, restrict(path, info)
}

// identity describes the file at path, which has to be a regular one.
func identity(path string) (os.FileInfo, error) {
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
