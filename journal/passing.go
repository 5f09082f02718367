package journal

import (
	"errors"
	"io/fs"
	"syscall"

	lib "modernc.org/sqlite/lib"
)

// passing reports whether trouble at start may pass: a disk that is full or
// failing, and somebody else's lock. So may that nothing can be written where a
// journal is already: a file system that was made read-only after an error of its
// disk must not keep a restart from serving. Where there is none yet, somebody has to
// choose another folder.
func passing(err error, there bool) bool {
	switch code(err) & 0xff {
	case lib.SQLITE_FULL, lib.SQLITE_IOERR, lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_NOMEM:
		return true
	case lib.SQLITE_CANTOPEN, lib.SQLITE_READONLY, lib.SQLITE_PERM:
		return there
	}
	if there && (errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)) {
		return true
	}
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EIO)
}
