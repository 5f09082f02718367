package certs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"sekisho/private"
)

const (
	authorityFile = "authority.pem"
	retiredFolder = "retired"

	// maxFile is far above any file of ours: an authority that excludes a thousand
	// names takes 40 KiB.
	maxFile = 256 << 10
)

// Remedies that more than one problem shares.
const (
	remedyRotate = "make a new authority with `sekisho ca rotate`, then trust it with `sekisho ca trust`"
	remedyRead   = "run sekisho as the user who owns the file"
)

// FileError says what is wrong with a file or folder of the authority, and what
// the person in front of it can do. It never holds any of the file's content.
type FileError struct {
	Path    string // the file or folder
	Problem string // what is wrong, a clause in lower case
	Remedy  string // what to do, in the imperative; may name a command
	Err     error  // the cause, or nil; [ErrExpired] and io/fs errors can be tested for
}

// Error joins file, problem and remedy.
func (e *FileError) Error() string {
	return fmt.Sprintf("certificate authority file %q %s: %s", e.Path, e.Problem, e.Remedy)
}

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

// damaged is a FileError that waits for its path; see at.
func damaged(format string, args ...any) *FileError {
	return &FileError{Problem: fmt.Sprintf(format, args...), Remedy: remedyRotate}
}

// at gives err its path when it is a FileError without one.
func at(path string, err error) error {
	if e, ok := errors.AsType[*FileError](err); ok && e.Path == "" {
		e.Path = path
	}
	return err
}

// failed is the FileError of an operating system's refusal. The cause is reduced
// to its last link, for the path is told already.
func failed(path, doing, remedy string, err error) *FileError {
	reason := err
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		reason = pe.Err
	}
	if le, ok := errors.AsType[*os.LinkError](err); ok {
		reason = le.Err
	}
	return &FileError{Path: path, Problem: fmt.Sprintf("cannot be %s (%v)", doing, reason), Remedy: remedy, Err: err}
}

// refused is the FileError of what private refused, or of the system's refusal.
func refused(path, doing, remedy string, err error) *FileError {
	access, ok := errors.AsType[*private.AccessError](err)
	if !ok {
		return failed(path, doing, remedy, err)
	}
	return &FileError{Path: access.Path, Problem: access.Problem, Remedy: access.Remedy}
}

// readFile reads a regular file of at most maxFile bytes and returns what it was
// when it was open. A file that is not there gives fs.ErrNotExist.
func readFile(path string) ([]byte, fs.FileInfo, error) {
	f, info, err := private.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	if err != nil {
		e := refused(path, "read", remedyRead, err)
		if _, ok := errors.AsType[*private.AccessError](err); ok { // it is no file of ours
			e.Remedy += ", then " + remedyRotate
		}
		return nil, nil, e
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return nil, nil, failed(path, "read", remedyRead, err)
	case len(data) > maxFile:
		clear(data)
		return nil, nil, at(path, damaged("is larger than %d bytes, so it is not an authority of sekisho's", maxFile))
	}
	return data, info, nil
}

// writeFile puts data into dir/name, whole or not at all, on the disk before it
// returns. The file is for its owner alone.
func writeFile(dir, name string, data []byte) error {
	if err := private.Write(dir, name, data); err != nil {
		return failed(filepath.Join(dir, name), "written", remedyWrite(err), err)
	}
	return nil
}

func remedyWrite(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return "free some disk space and try again"
	case errors.Is(err, fs.ErrPermission):
		return "let the user who runs sekisho write to the folder, or choose another with --data"
	}
	return "see that the folder can be written to, or choose another with --data"
}

func notFolder(dir string) error {
	return &FileError{Path: dir, Problem: "is not a folder", Remedy: "move it away and start sekisho again"}
}

// checkSecret refuses a key file that anyone but its owner can read or change, and
// one that belongs to somebody else. info is what readFile said of it.
func checkSecret(path string, info fs.FileInfo) error {
	err := private.Check(path, info)
	if err == nil {
		return nil
	}
	e := refused(path, "looked at", remedyRead, err)
	if access, ok := errors.AsType[*private.AccessError](err); ok && access.Exposed {
		e.Remedy += "; if somebody else may have read it, run `sekisho ca rotate` as well"
	}
	return e
}

// checkFolder refuses a folder in which others could swap files.
func checkFolder(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return failed(dir, "looked at", remedyRead, err)
	case !info.IsDir():
		return notFolder(dir)
	}
	if err := private.CheckFolder(dir, info); err != nil {
		return refused(dir, "looked at", remedyRead, err)
	}
	return nil
}

// prepare makes dir when it is missing, sees that nobody else can write to it and
// waits for the lock that keeps processes from changing it at once. unlock gives
// the lock back.
func prepare(dir string) (unlock func(), err error) {
	if err := makeFolder(dir); err != nil {
		return nil, err
	}
	if err := checkFolder(dir); err != nil {
		return nil, err
	}
	unlock, err = lock(filepath.Clean(dir)+".lock", private.LockWait)
	if err != nil {
		return nil, err
	}
	private.Sweep(dir, authorityFile)
	return unlock, nil
}

// lock takes the lock kept on the file at path; see [private.Lock].
func lock(path string, wait time.Duration) (unlock func(), err error) {
	unlock, err = private.Lock(path, wait)
	switch {
	case errors.Is(err, private.ErrLocked):
		return nil, &FileError{
			Path: path, Problem: "is " + private.ErrLocked.Error(),
			Remedy: "end the other sekisho process that is changing the authority, and try again", Err: err,
		}
	case err != nil:
		return nil, failed(path, "locked", remedyWrite(err), err)
	}
	return unlock, nil
}

// makeFolder makes dir and its parents for their owner alone.
func makeFolder(dir string) error {
	if err := private.Mkdir(dir); err != nil {
		return failed(dir, "made", remedyWrite(err), err)
	}
	return nil
}
