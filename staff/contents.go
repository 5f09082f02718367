package staff

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	// maxUsers and maxTokens are more than an office has people and scripts.
	maxUsers  = 200
	maxTokens = 200
	// maxFile is above what these take with the longest names and all passkeys.
	maxFile = 8 << 20

	version = 1
)

// contents is the file. Both lists are in the order of their names.
type contents struct {
	Version int     `json:"version"`
	Users   []user  `json:"users"`
	Tokens  []token `json:"tokens,omitempty"`
}

type user struct {
	Name  string    `json:"name"`
	Role  Role      `json:"role"`
	Added time.Time `json:"added"`
	Epoch string    `json:"epoch"`
	verifier
	factors
}

func (u *user) shown() User { return User{Name: u.Name, Role: u.Role, Added: u.Added, Epoch: u.Epoch} }

type token struct {
	Name   string    `json:"name"`
	Role   Role      `json:"role"`
	Added  time.Time `json:"added"`
	Ends   time.Time `json:"ends,omitzero"`
	SHA256 []byte    `json:"sha256"`
}

func (t *token) shown() Token { return Token{Name: t.Name, Role: t.Role, Added: t.Added, Ends: t.Ends} }

// parse reads a file that anybody may have written. What it accepts is within all
// bounds, and names are unique and in order. Errors quote nothing of the file.
func parse(data []byte) (*contents, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("it is larger than %d bytes", maxFile)
	}
	if !utf8.Valid(data) {
		return nil, errors.New("it is not UTF-8")
	}
	f := &contents{}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if d.Decode(f) != nil {
		return nil, errors.New("it is not a JSON object of the form that sekisho writes")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the object")
	}
	if f.Version != version {
		return nil, fmt.Errorf("it is of version %d, and this sekisho reads %d", f.Version, version)
	}
	return f, f.check()
}

func (f *contents) check() error {
	if len(f.Users) > maxUsers || len(f.Tokens) > maxTokens {
		return fmt.Errorf("it has more than %d users or %d tokens", maxUsers, maxTokens)
	}
	for i := range f.Users {
		u := &f.Users[i]
		if name, err := Name(u.Name); err != nil || name != u.Name || i > 0 && f.Users[i-1].Name >= name {
			return fmt.Errorf("users[%d].name is malformed, not the only one or out of order", i)
		}
		if u.Role == None || !u.verifier.ok() || !u.factors.ok() || len(u.Epoch) != epochDigits {
			return fmt.Errorf("users[%d] has no role, or a malformed verifier, factor or epoch", i)
		}
	}
	hashes := map[string]bool{}
	for i := range f.Tokens {
		t := &f.Tokens[i]
		if name, err := Name(t.Name); err != nil || name != t.Name || i > 0 && f.Tokens[i-1].Name >= name {
			return fmt.Errorf("tokens[%d].name is malformed, not the only one or out of order", i)
		}
		if t.Role == None || len(t.SHA256) != sha256.Size || hashes[string(t.SHA256)] {
			return fmt.Errorf("tokens[%d] has no role, or a hash that is malformed or not the only one", i)
		}
		hashes[string(t.SHA256)] = true
	}
	return nil
}

// clone returns a copy whose lists can be changed while f is read.
func (f *contents) clone() *contents {
	c := *f
	c.Users, c.Tokens = slices.Clone(f.Users), slices.Clone(f.Tokens)
	return &c
}

func (f *contents) hasOwner() bool {
	return slices.ContainsFunc(f.Users, func(u user) bool { return u.Role == Owner })
}

// findUser and findToken return where a name is, or where it belongs.
func (f *contents) findUser(name string) (int, bool) {
	return slices.BinarySearchFunc(f.Users, name, func(u user, n string) int { return strings.Compare(u.Name, n) })
}

func (f *contents) findToken(name string) (int, bool) {
	return slices.BinarySearchFunc(f.Tokens, name, func(t token, n string) int { return strings.Compare(t.Name, n) })
}
