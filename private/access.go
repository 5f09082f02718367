package private

import (
	"fmt"
	"io/fs"
)

// AccessError says what is wrong with a file or folder that should be its owner's
// alone, and what mends it.
type AccessError struct {
	Path    string
	Problem string // a clause in lower case
	Remedy  string // in the imperative; may name a command
	Exposed bool   // other users can read or change what is there
}

// Error joins path, problem and remedy.
func (e *AccessError) Error() string { return fmt.Sprintf("%q %s: %s", e.Path, e.Problem, e.Remedy) }

// Check refuses, by an [AccessError], a file or folder that users other than this one
// can read or change, and one that belongs to somebody else: its owner can, and a file
// that root made there would lock them out. info is what [os.Lstat] or [Open] said of
// path.
func Check(path string, info fs.FileInfo) error { return check(path, info, reach) }

// CheckFolder refuses, as [Check] does, a folder in which other users can swap files;
// they may read it.
func CheckFolder(dir string, info fs.FileInfo) error { return check(dir, info, change) }

func notRegular(path string, info fs.FileInfo) error {
	what := "is not a regular file"
	switch {
	case info.IsDir():
		what = "is a folder, not a file"
	case info.Mode()&fs.ModeSymlink != 0:
		what = "is a symbolic link, which is not followed"
	}
	return &AccessError{Path: path, Problem: what, Remedy: "move it away"}
}
