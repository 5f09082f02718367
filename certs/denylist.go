package certs

import (
	"crypto/sha256"
	"crypto/x509"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
)

//go:embed denied-keys.txt
var deniedKeys string

// DenyList holds public keys that never vouch for a site, even when a store on
// this machine trusts them. It is immutable and safe for concurrent use; the
// zero value denies nothing.
type DenyList struct {
	keys map[[sha256.Size]byte]string
}

// BuiltinDenyList returns the list that this version carries.
var BuiltinDenyList = sync.OnceValue(func() *DenyList {
	d, err := new(DenyList).With(deniedKeys)
	if err != nil {
		panic(fmt.Sprintf("certs: built-in list of denied keys: %v", err)) // a test reads it
	}
	return d
})

// With returns the keys of d and those in text: on each line the SHA-256 of a
// SubjectPublicKeyInfo in 64 hexadecimal digits and, after a space, whose it is.
// Empty lines and lines that begin with "#" are skipped. A line that cannot be
// read is reported by its number, in an error that joins one for each; the
// other lines count all the same.
func (d *DenyList) With(text string) (*DenyList, error) {
	out := &DenyList{keys: maps.Clone(d.keys)}
	if out.keys == nil {
		out.keys = map[[sha256.Size]byte]string{}
	}
	var problems []error
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		digits, name, _ := strings.Cut(line, " ")
		key, err := hex.DecodeString(digits)
		if err != nil || len(key) != sha256.Size {
			problems = append(problems, fmt.Errorf("line %d: no SHA-256 in hexadecimal", number))
			continue
		}
		out.keys[[sha256.Size]byte(key)] = strings.TrimSpace(name)
	}
	return out, errors.Join(problems...)
}

// Denies reports whether the key of c is on the list.
func (d *DenyList) Denies(c *x509.Certificate) bool {
	_, ok := d.keys[sha256.Sum256(c.RawSubjectPublicKeyInfo)]
	return ok
}
