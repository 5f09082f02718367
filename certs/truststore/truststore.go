// Package truststore puts a root certificate into the stores that browsers on this
// machine read, looks whether it is there, and takes it out again.
//
// [Stores] finds them: the system's own store, which most programs use, and on
// Linux the NSS databases of Chromium's family and of each Firefox profile, which
// do not look at the system's. On Windows and macOS the browsers read the system's.
//
// Changing the system's store needs an administrator: on Linux and macOS sudo is
// run and may ask for a password on the terminal, on Windows a dialog asks. Nothing
// is changed without Add or Remove being called, and nothing counts as done before
// the store has been read again.
package truststore

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
)

// Store is one place from which programs take the roots they trust. Its methods
// block, for seconds when another process has to be run; they are safe for
// concurrent use on different stores.
type Store interface {
	// Name says which programs read the store, and where it is.
	Name() string

	// Has reports whether this very certificate, compared as a whole, is in the
	// store and trusted for web servers.
	Has(c *x509.Certificate) (bool, error)

	// Add makes the store trust c. It does nothing when it does so already.
	Add(c *x509.Certificate) error

	// Remove takes c out of the store. It does nothing when c is not there.
	Remove(c *x509.Certificate) error
}

// Error says which store refused, and what the person in front of it can do.
type Error struct {
	Store   string // the store's name
	Problem string // what went wrong, in lower case
	Remedy  string // what to do, in the imperative
	Err     error  // the cause, or nil
}

// Error joins the fields.
func (e *Error) Error() string {
	return fmt.Sprintf("trust store %q: %s: %s", e.Store, e.Problem, e.Remedy)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Stores returns the stores present on this machine for the user who runs the
// process, the system's first.
func Stores() []Store {
	return append(systemStores(), userStores()...)
}

// contains reports whether one of the PEM blocks in data is c.
func contains(data []byte, c *x509.Certificate) bool {
	for {
		var b *pem.Block
		if b, data = pem.Decode(data); b == nil {
			return false
		}
		if b.Type == "CERTIFICATE" && bytes.Equal(b.Bytes, c.Raw) {
			return true
		}
	}
}

// excerpt is what a program said, short enough for an error.
func excerpt(out []byte) string {
	const most = 400
	s := strings.Join(strings.Fields(string(bytes.ToValidUTF8(out, nil))), " ")
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}
