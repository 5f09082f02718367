package daemon

import (
	"errors"
	"fmt"
	"io/fs"

	"sekisho/certs"
)

// unwritable reports whether err says that a folder takes nothing at present, and not
// that something in it is wrong. A start goes on then with what is there: names that
// do not resolve, in a whole office, are worse than what cannot be written for a while.
func unwritable(err error) bool {
	return errors.Is(err, fs.ErrPermission) || noRoom(err)
}

// unusable adds what to do to an error of a data folder in which nothing can be begun.
func (d *Daemon) unusable(err error) error {
	if _, own := errors.AsType[*certs.FileError](err); own || !unwritable(err) {
		return err // a file of the authority says itself what to do
	}
	return fmt.Errorf("%w; sekisho has to write to its data folder %q to begin: make room there and give this account the right to, "+
		"or choose another folder with --data", err, string(d.dir))
}
