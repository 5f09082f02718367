package journal

import (
	"errors"
	"syscall"

	lib "modernc.org/sqlite/lib"
)

// passing reports whether trouble at start may pass: a disk that is full or
// failing, and somebody else's lock. Without the right to write it will not.
func passing(err error) bool {
	switch code(err) & 0xff {
	case lib.SQLITE_FULL, lib.SQLITE_IOERR, lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_NOMEM:
		return true
	}
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EIO)
}
