package daemon

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// InUseError says that another process works with the data folder.
type InUseError struct {
	Dir string
	PID int // 0 when unknown
}

// Error names the folder and, when it is known, the other process.
func (e *InUseError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("data folder %q is in use by another sekisho", e.Dir)
	}
	return fmt.Sprintf("data folder %q is in use by another sekisho (pid %d)", e.Dir, e.PID)
}

// lock holds the data folder for this process. The system gives it free when the
// process ends, however it ends; the file stays.
type lock struct{ f *os.File }

// lockDir makes the data folder if it is missing, checks that only its owner may
// write to it, and locks it. Files that a crash left behind are removed.
func lockDir(dir Dir) (*lock, error) {
	if err := os.MkdirAll(string(dir), 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	if err := checkDir(dir); err != nil {
		return nil, err
	}
	f, err := openLock(filepath.Join(string(dir), "lock"))
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	taken, err := tryLock(f)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock the data folder: %w", err), f.Close())
	}
	if !taken {
		pid := readPID(f)
		_ = f.Close()
		return nil, &InUseError{Dir: string(dir), PID: pid}
	}
	l := &lock{f}
	l.sign()
	if err := removeRunFile(dir); err != nil && !unwritable(err) {
		return nil, errors.Join(fmt.Errorf("lock the data folder: %w", err), l.release())
	}
	return l, nil
}

// openLock opens the file that is locked, or makes it. One from before can be locked
// also where nothing can be written.
func openLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil || !unwritable(err) {
		return f, err
	}
	old, failed := os.Open(path)
	if failed != nil {
		return nil, err
	}
	return old, nil
}

// sign writes this process's number into the file, for the message to another: over
// the one before, since a full disk may have no room for a line that is new.
func (l *lock) sign() {
	line := fmt.Sprintf("%-10d\n", os.Getpid())
	if _, err := l.f.WriteAt([]byte(line), 0); err == nil { // the message does without
		_ = l.f.Truncate(int64(len(line)))
	}
}

// release gives the data folder free.
func (l *lock) release() error { return l.f.Close() }

func readPID(f *os.File) int {
	var b [16]byte
	n, err := f.ReadAt(b[:], 0)
	if err != nil && err != io.EOF {
		return 0
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(string(b[:n])))
	return max(pid, 0)
}
