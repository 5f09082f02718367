package certs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
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
func failed(path, doing, remedy string, err error) error {
	reason := err
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		reason = pe.Err
	}
	if le, ok := errors.AsType[*os.LinkError](err); ok {
		reason = le.Err
	}
	return &FileError{Path: path, Problem: fmt.Sprintf("cannot be %s (%v)", doing, reason), Remedy: remedy, Err: err}
}

// readFile reads a regular file of at most maxFile bytes and returns what it was
// when it was open. It follows no symbolic link and waits for no pipe, so whoever
// can put one there gains nothing. A file that is not there gives fs.ErrNotExist.
func readFile(path string) ([]byte, fs.FileInfo, error) {
	if info, err := os.Lstat(path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil, err
		}
		return nil, nil, failed(path, "looked at", remedyRead, err)
	} else if !info.Mode().IsRegular() {
		return nil, nil, at(path, notRegular(info))
	}
	f, err := os.OpenFile(path, os.O_RDONLY|openFlags, 0)
	if err != nil {
		return nil, nil, failed(path, "read", remedyRead, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, failed(path, "read", remedyRead, err)
	}
	if !info.Mode().IsRegular() { // swapped since Lstat
		return nil, nil, at(path, notRegular(info))
	}
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

func notRegular(info fs.FileInfo) error {
	what := "is not a regular file"
	switch {
	case info.IsDir():
		what = "is a folder, not a file"
	case info.Mode()&fs.ModeSymlink != 0:
		what = "is a symbolic link, which is not followed"
	}
	return &FileError{Problem: what, Remedy: "move it away, then " + remedyRotate}
}

func notFolder(dir string) error {
	return &FileError{Path: dir, Problem: "is not a folder", Remedy: "move it away and start sekisho again"}
}

// writeFile puts data into dir/name, whole or not at all, on the disk before it
// returns. The file is for its owner alone.
func writeFile(dir, name string, data []byte) error {
	path := filepath.Join(dir, name)
	f, err := os.CreateTemp(dir, name+tempPattern)
	if err != nil {
		return failed(path, "written", remedyWrite(err), err)
	}
	err = errors.Join(f.Chmod(0o600), write(f, data), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return failed(path, "written", remedyWrite(err), err)
	}
	if err := syncFolder(dir); err != nil {
		return failed(path, "written", remedyWrite(err), err)
	}
	return nil
}

// tempPattern marks files under way; what a crash left of them is removed by sweep.
const tempPattern = ".*.tmp"

func write(f *os.File, data []byte) error {
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Sync()
}

// sweep removes what an interrupted writeFile left, for it may hold a key. The
// caller holds the lock.
func sweep(dir string) {
	left, _ := filepath.Glob(filepath.Join(dir, authorityFile+tempPattern))
	for _, path := range left {
		_ = os.Remove(path)
	}
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
	unlock, err = lock(filepath.Clean(dir)+".lock", lockWait)
	if err != nil {
		return nil, err
	}
	sweep(dir)
	return unlock, nil
}

// makeFolder makes dir and its parents for their owner alone.
func makeFolder(dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return failed(filepath.Dir(dir), "made", remedyWrite(err), err)
	}
	err := os.Mkdir(dir, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err == nil {
		err = protectFolder(dir)
	}
	if err != nil {
		return failed(dir, "made", remedyWrite(err), err)
	}
	return nil
}
