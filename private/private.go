// Package private reads and writes small files that are for their owner alone:
// what is in them would let others sign in, or look like the owner. A file is
// replaced whole or not at all, one process changes a folder at a time, and what
// other users of the machine can reach is refused with what mends it.
//
// It knows nothing of what is inside; callers parse that themselves.
package private

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Read returns a regular file of at most limit octets that no other user can
// reach. It follows no symbolic link and waits for no pipe. A file that is not
// there gives [fs.ErrNotExist]. Errors name the path and nothing of the content.
func Read(path string, limit int64) ([]byte, error) {
	before, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !before.Mode().IsRegular() {
		return nil, notRegular(path)
	}
	f, err := os.OpenFile(path, os.O_RDONLY|openFlags, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // swapped since Lstat
		return nil, notRegular(path)
	}
	if err := checkAccess(path, info); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%q is larger than %d bytes, so sekisho did not write it", path, limit)
	}
	return data, nil
}

func notRegular(path string) error {
	return fmt.Errorf("%q is not a regular file; move it away", path)
}

// tempPattern marks files under way.
const tempPattern = ".*.tmp"

// Write puts data into dir/name, whole or not at all and on the disk before it
// returns, readable and writable by its owner alone. The caller holds the lock of
// dir; what an interrupted Write left behind is removed.
func Write(dir, name string, data []byte) error {
	left, _ := filepath.Glob(filepath.Join(dir, name+tempPattern)) // the pattern is sound
	for _, path := range left {
		_ = os.Remove(path)
	}
	f, err := os.CreateTemp(dir, name+tempPattern)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(0o600), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return err
	}
	return syncFolder(dir)
}

// MakeFolder makes dir, and what it lies in, for its owner alone. It refuses a
// dir that other users can reach.
func MakeFolder(dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return err
	}
	err := os.Mkdir(dir, 0o700)
	if err == nil {
		err = protectFolder(dir)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%q is not a folder; move it away", dir)
	}
	return checkAccess(dir, info)
}

const (
	// lockWait is far more than replacing a small file takes.
	lockWait = 10 * time.Second
	lockPoll = 20 * time.Millisecond
)

// errLocked is what tryLock returns while another holds the lock.
var errLocked = errors.New("locked by another process for too long")

// Lock keeps other processes, and others in this one, from taking the lock at
// path until unlock is called or this process ends. The file stays. It waits for
// ten seconds at most.
func Lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|openFlags, 0o600)
	if err != nil {
		return nil, err
	}
	for end := time.Now().Add(lockWait); ; time.Sleep(lockPoll) {
		if err = tryLock(f); err == nil {
			return func() { _ = f.Close() }, nil
		}
		if !errors.Is(err, errLocked) || time.Now().After(end) {
			_ = f.Close()
			return nil, fmt.Errorf("lock %q: %w", path, err)
		}
	}
}

// Stamp tells one state of a file from the next. A file that [Write] keeps is
// replaced, never changed in place, so identity, size, time and mode are enough.
// The zero value is that of a file that is not there.
type Stamp struct{ info fs.FileInfo }

// StampOf returns the stamp of the file at path; a link counts as itself.
func StampOf(path string) Stamp {
	info, err := os.Lstat(path)
	if err != nil {
		return Stamp{}
	}
	return Stamp{info}
}

// Same reports whether nothing was replaced between two stamps of one path.
func (s Stamp) Same(o Stamp) bool {
	if s.info == nil || o.info == nil {
		return s.info == nil && o.info == nil
	}
	return os.SameFile(s.info, o.info) && s.info.Size() == o.info.Size() &&
		s.info.ModTime().Equal(o.info.ModTime()) && s.info.Mode() == o.info.Mode()
}
