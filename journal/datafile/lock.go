package datafile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// ErrLocked is returned by Acquire when another process has the lock.
var ErrLocked = errors.New("another sekisho is writing this journal")

// Lock keeps a second sekisho from writing the same journal, for as long
// as it is open. It is never deleted: whoever waits for a lock would hold one
// on a file without a name. Its one line, of fixed length and overwritten in
// place so that it needs no room on a full disk, says who writes and which id
// was handed out last. It is not safe for concurrent use.
type Lock struct {
	path string
	f    *os.File // has the lock
	mark *os.File // takes the line; nil while nothing can be written
	info os.FileInfo
}

const markFormat = "sekisho pid %-10d last %-16d\n"

// maxNoted is the largest id that is believed when it is read: half of the largest one
// that a script in any language reads exactly, so that ids have room to grow.
const maxNoted = 1<<52 - 1

// errHeld is returned by lock when another process has the file.
var errHeld = errors.New("lock is held")

// Acquire takes the lock at path, making its file (mode 0600) when it is missing, and
// returns the last id noted there, 0 when there is none. A file from before is locked
// also where nothing can be written. Errors: ErrLocked; and the file system's.
func Acquire(path string) (l *Lock, last int64, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	mark := f
	if err != nil {
		var failed error
		if f, failed = os.Open(path); failed != nil {
			return nil, 0, err
		}
		mark = nil
	}
	defer func() {
		if err != nil {
			_ = f.Close()
		}
	}()
	pid, last := readMark(f)
	if err = lock(f); errors.Is(err, errHeld) {
		if pid == 0 {
			return nil, 0, fmt.Errorf("%q: %w", path, ErrLocked)
		}
		return nil, 0, fmt.Errorf("%q: process %d: %w", path, pid, ErrLocked)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("lock %q: %w", path, err)
	}
	if mark != nil {
		if err = mark.Chmod(0o600); err != nil && !errors.Is(err, fs.ErrPermission) {
			return nil, 0, err
		}
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	l = &Lock{path: path, f: f, mark: mark, info: info}
	_, last = readMark(f) // again: its last owner may have ended in between
	return l, last, nil
}

func readMark(f *os.File) (pid int, last int64) {
	buf := make([]byte, 128)
	n, _ := f.ReadAt(buf, 0) // io.EOF
	if _, err := fmt.Sscanf(string(buf[:n]), "sekisho pid %d last %d", &pid, &last); err != nil {
		return 0, 0
	}
	if pid < 0 || last < 0 || last > maxNoted { // not ours
		return 0, 0
	}
	return pid, last
}

// Note writes the last id handed out. It is not synced: it survives a killed
// process, which is when the file's own record may be behind.
func (l *Lock) Note(last int64) {
	if l.mark == nil {
		f, err := os.OpenFile(l.path, os.O_RDWR, 0o600)
		if err != nil {
			return
		}
		l.mark = f
	}
	_, _ = l.mark.WriteAt(fmt.Appendf(nil, markFormat, os.Getpid(), last), 0) // the journal's own record is the first
}

// Intact reports whether the lock still stands at its path.
func (l *Lock) Intact() bool {
	info, err := os.Stat(l.path)
	return err == nil && os.SameFile(info, l.info)
}

// Release gives the lock back by name, and not by closing the file alone: a child that
// somebody else is starting meanwhile has the file too, until it runs what it is for.
func (l *Lock) Release() error {
	err := errors.Join(unlock(l.f), l.f.Close())
	if l.mark != nil && l.mark != l.f {
		err = errors.Join(err, l.mark.Close())
	}
	return err
}
