// Package accounts keeps verifiers of the Amazon sign-ins that are protected,
// and answers whether what a request carries is one of them.
package accounts

import (
	"context"
	"errors"
	"time"
)

// ErrBusy is returned by Check when its queue is full: nothing was compared.
var ErrBusy = errors.New("too many sign-ins are being checked at once")

// ErrUnknown is returned by Remove when no account has this ID or label.
var ErrUnknown = errors.New("no such account")

// Options are how a store is opened.
type Options struct {
	// KeyInFile keeps the key in a file and never asks the system's keyring.
	KeyInFile bool

	// Cost is what one password costs to check; the zero value is the default.
	Cost Cost
}

// Cost is what argon2id spends on one password (RFC 9106, section 3.1).
type Cost struct {
	Time   uint32 // passes
	Memory uint32 // KiB
}

// Account is a protected sign-in, as lists show it.
type Account struct {
	ID    string // normalised
	Label string
	Added time.Time // when the password in force was stored
}

// Match is what Check found.
type Match struct {
	Label    string // of the account; "" when nothing matched
	ID       bool   // one of the IDs is that of the account
	Password bool   // one of the passwords is that of an account
	Other    uint64 // tag of the first password when ID is true and Password is not
}

// Store is the set of protected sign-ins. It may be used by several goroutines.
type Store struct{}

// Open opens the store in dir.
func Open(dir string, o Options) (*Store, error) { return &Store{}, nil }

// Close waits for the checks under way.
func (s *Store) Close() error { return nil }

// Add stores a sign-in, or its new password.
func (s *Store) Add(id, label string, password []byte) error { return errors.ErrUnsupported }

// Remove takes away the account with this ID or label.
func (s *Store) Remove(idOrLabel string) error { return ErrUnknown }

// List returns the accounts by label.
func (s *Store) List() []Account { return nil }

// Empty reports whether there are none.
func (s *Store) Empty() bool { return true }

// Knows reports whether id is that of a protected sign-in.
func (s *Store) Knows(id []byte) (label string, ok bool) { return "", false }

// Check compares.
func (s *Store) Check(ctx context.Context, ids, passwords [][]byte) (Match, error) {
	return Match{}, nil
}
