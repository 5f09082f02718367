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
// reach: see [Open] and [Check]. Errors name the path and nothing of the content.
func Read(path string, limit int64) ([]byte, error) {
	f, info, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	if err := Check(path, info); err != nil {
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

// Open opens a regular file for reading, and says what it was when it was open. It
// follows no symbolic link and waits for no pipe, so whoever can put one there gains
// nothing. What is no regular file gives an [AccessError], and one that is not there
// [fs.ErrNotExist].
func Open(path string) (*os.File, fs.FileInfo, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, notRegular(path, info)
	}
	f, err := os.OpenFile(path, os.O_RDONLY|openFlags, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err = f.Stat()
	if err == nil && !info.Mode().IsRegular() { // swapped since Lstat
		err = notRegular(path, info)
	}
	if err != nil {
		_ = f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

// tempPattern marks files under way.
const tempPattern = ".*.tmp"

// Write puts data into dir/name, whole or not at all and on the disk before it
// returns, readable and writable by its owner alone. The caller holds the lock of
// dir; what an interrupted Write left behind is removed.
func Write(dir, name string, data []byte) error {
	Sweep(dir, name)
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

// Sweep removes what an interrupted [Write] of dir/name left, for that may hold a
// secret. The caller holds the lock of dir.
func Sweep(dir, name string) {
	left, _ := filepath.Glob(filepath.Join(dir, name+tempPattern)) // the pattern is sound
	for _, path := range left {
		_ = os.Remove(path)
	}
}

// MakeFolder is [Mkdir] that refuses a dir that other users can reach.
func MakeFolder(dir string) error {
	if err := Mkdir(dir); err != nil {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return &AccessError{Path: dir, Problem: "is not a folder", Remedy: "move it away"}
	}
	return Check(dir, info)
}

// Mkdir makes dir, and what it lies in, for its owner alone. What is there already
// stays as it is.
func Mkdir(dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return err
	}
	err := os.Mkdir(dir, 0o700)
	if err == nil {
		err = protectFolder(dir)
	}
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

const (
	// LockWait is how long to wait for a lock: far more than replacing a small file
	// takes, so that whoever has it still counts as stuck.
	LockWait = 10 * time.Second
	lockPoll = 20 * time.Millisecond
)

// ErrLocked is the cause where another held a lock for too long.
var ErrLocked = errors.New("locked by another process for too long")

// Lock keeps other processes, and others in this one, from taking the lock at
// path until unlock is called or this process ends. The file is made, and stays.
// It waits that long at most, and gives [ErrLocked] then.
func Lock(path string, wait time.Duration) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|openFlags, 0o600)
	if err != nil {
		return nil, err
	}
	for end := time.Now().Add(wait); ; time.Sleep(lockPoll) {
		if err = tryLock(f); err == nil {
			return func() { _ = f.Close() }, nil // closing unlocks
		}
		if !errors.Is(err, ErrLocked) || time.Now().After(end) {
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
