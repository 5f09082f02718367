package accounts

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// readFile reads a regular file of at most limit octets that is for its owner
// alone. It follows no symbolic link and waits for no pipe. A file that is not
// there gives fs.ErrNotExist.
func readFile(path string, limit int64) ([]byte, error) {
	before, err := os.Lstat(path)
	if err != nil {
		return nil, fmt.Errorf("read the protected accounts: %w", err)
	}
	if !before.Mode().IsRegular() {
		return nil, fmt.Errorf("read the protected accounts: %q is not a regular file; move it away", path)
	}
	f, err := os.OpenFile(path, os.O_RDONLY|openFlags, 0)
	if err != nil {
		return nil, fmt.Errorf("read the protected accounts: %w", err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("read the protected accounts: %w", err)
	}
	if !info.Mode().IsRegular() { // swapped since Lstat
		return nil, fmt.Errorf("read the protected accounts: %q is not a regular file; move it away", path)
	}
	if err := checkAccess(path, info); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read the protected accounts: %w", err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("read the protected accounts: %q is larger than %d bytes, so sekisho did not write it", path, limit)
	}
	return data, nil
}

// writeFile puts data into dir/name, whole or not at all and on the disk before
// it returns, for its owner alone.
func writeFile(dir, name string, data []byte) error {
	f, err := os.CreateTemp(dir, name+tempPattern)
	if err != nil {
		return fmt.Errorf("write the protected accounts: %w", err)
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(0o600), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, name))
	}
	if err == nil {
		err = syncFolder(dir)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("write the protected accounts: %w", err)
	}
	return nil
}

// tempPattern marks files under way.
const tempPattern = ".*.tmp"

// sweep removes what an interrupted writeFile left. The caller holds the lock.
func sweep(dir string) {
	for _, name := range []string{accountsFile, keyFile} {
		left, _ := filepath.Glob(filepath.Join(dir, name+tempPattern))
		for _, path := range left {
			_ = os.Remove(path)
		}
	}
}

// makeFolder makes dir for its owner alone, and refuses one that is not.
func makeFolder(dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return fmt.Errorf("make a folder for the protected accounts: %w", err)
	}
	err := os.Mkdir(dir, 0o700)
	if err == nil {
		err = protectFolder(dir)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make a folder for the protected accounts: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("look at the folder of the protected accounts: %w", err)
	}
	if !info.IsDir() {
		return fmt.Errorf("%q is not a folder; move it away", dir)
	}
	return checkAccess(dir, info)
}

const (
	// lockWait is far more than a change takes, which is one run of argon2id.
	lockWait = 10 * time.Second
	lockPoll = 20 * time.Millisecond
)

// errLocked is what tryLock returns while another process holds the lock.
var errLocked = errors.New("locked by another process")

// lock keeps other processes from changing the accounts until unlock, or until
// this process ends.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|openFlags, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the protected accounts: %w", err)
	}
	for end := time.Now().Add(lockWait); ; time.Sleep(lockPoll) {
		if err = tryLock(f); err == nil {
			return func() { _ = f.Close() }, nil
		}
		if !errors.Is(err, errLocked) || time.Now().After(end) {
			_ = f.Close()
			return nil, fmt.Errorf("lock the protected accounts: %w", err)
		}
	}
}
