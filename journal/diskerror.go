package journal

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"sekisho/journal/schema"
)

// damage says why a file cannot be a journal.
type damage struct{ reason string }

func (d *damage) Error() string { return d.reason }

// code is SQLite's extended result code in err, 0 when it has none.
// See https://sqlite.org/rescode.html.
func code(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

// asDamage returns err as a *damage when it shows that the file itself is
// broken, and unchanged otherwise.
func asDamage(err error) error {
	if other, ok := errors.AsType[schema.Foreign](err); ok {
		return &damage{reason: other.Error()}
	}
	switch c := code(err); {
	case c&0xff == lib.SQLITE_NOTADB:
		return &damage{reason: "it is not a SQLite database"}
	case c&0xff == lib.SQLITE_CORRUPT:
		return &damage{reason: "it is damaged"}
	case c == lib.SQLITE_IOERR_READ, c == lib.SQLITE_IOERR_SHORT_READ:
		return &damage{reason: "it cannot be read"}
	}
	return err
}

// needsReopen reports whether err means that the connection, or the file
// behind it, will not come back by waiting. A full disk and somebody else's
// lock will.
func needsReopen(err error) bool {
	if errors.Is(err, errMoved) || errors.Is(err, errNotOpen) {
		return true
	}
	switch code(err) & 0xff {
	case lib.SQLITE_IOERR, lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB, lib.SQLITE_CANTOPEN, lib.SQLITE_READONLY,
		lib.SQLITE_MISUSE, lib.SQLITE_PROTOCOL:
		return true
	}
	return errors.Is(err, sql.ErrConnDone) || errors.Is(err, driver.ErrBadConn)
}

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

// noShared reports whether there is no -shm and none can be made: a directory that
// cannot be written, or a disk that is full.
func noShared(err error) bool {
	c := code(err)
	return c&0xff == lib.SQLITE_CANTOPEN || c == lib.SQLITE_READONLY_DIRECTORY || c == lib.SQLITE_IOERR_SHMOPEN || c == lib.SQLITE_IOERR_SHMSIZE
}
