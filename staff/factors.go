package staff

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"
)

const (
	// maxPasskeys is a telephone, a computer, a key and its spare.
	maxPasskeys = 4
	// maxPasskeyID is the longest there is (Web Authentication Level 3, section 4,
	// "Credential ID"), maxCredential far above what one without attestation takes.
	maxPasskeyID  = 1023
	maxCredential = 4 << 10
	maxPasskeyRP  = 253 // of a host name
	// maxPasskeyName is in octets.
	maxPasskeyName = 64
	handleSize     = 32
)

// ErrCode is returned for a one-time code that is wrong or was used before.
var ErrCode = errors.New("the code is wrong, or was used before")

// Passkey is a key that a person shows besides the password.
type Passkey struct {
	// ID is what the authenticator calls it, Site the host that it was made for:
	// browsers show it to no other.
	ID   []byte `json:"id"`
	Site string `json:"site"`
	Name string `json:"name"` // what the person calls it
	// Credential is what checks it, in the form of whoever checks. This package
	// keeps it and looks at nothing but its size.
	Credential json.RawMessage `json:"credential"`
	Added      time.Time       `json:"added"`
}

// Factors is what a person has to show besides the password; one of them is enough.
// The zero value is nothing.
type Factors struct {
	TOTP     bool
	Passkeys []Passkey // not to be changed
	Recovery int       // how many recovery codes are left
	// Handle names the person to authenticators: random, and the same for all of
	// the person's passkeys. Nil before the first.
	Handle []byte
}

// Any reports whether there is anything to show.
func (f Factors) Any() bool { return f.TOTP || len(f.Passkeys) > 0 }

// factors is what the file has of them.
type factors struct {
	Handle   []byte    `json:"handle,omitempty"`
	TOTP     *timed    `json:"totp,omitempty"`
	Passkeys []Passkey `json:"passkeys,omitempty"`
	Recovery [][]byte  `json:"recovery,omitempty"` // SHA-256 of each
}

func (f *factors) shown() Factors {
	return Factors{TOTP: f.TOTP != nil, Passkeys: f.Passkeys, Recovery: len(f.Recovery), Handle: f.Handle}
}

// ok reports whether f could have been written here.
func (f *factors) ok() bool {
	if len(f.Handle) != 0 && len(f.Handle) != handleSize || f.TOTP != nil && !f.TOTP.ok() ||
		len(f.Passkeys) > maxPasskeys || len(f.Recovery) > recoveryCodes {
		return false
	}
	for i, k := range f.Passkeys {
		if k.check() != nil || len(f.Handle) == 0 || slices.ContainsFunc(f.Passkeys[:i], func(o Passkey) bool { return string(o.ID) == string(k.ID) }) {
			return false
		}
	}
	return !slices.ContainsFunc(f.Recovery, func(h []byte) bool { return len(h) != sha256.Size })
}

func (k *Passkey) check() error {
	if len(k.ID) == 0 || len(k.ID) > maxPasskeyID || k.Site == "" || len(k.Site) > maxPasskeyRP ||
		len(k.Credential) == 0 || len(k.Credential) > maxCredential || !json.Valid(k.Credential) {
		return fmt.Errorf("a passkey of this form is %w", ErrInput)
	}
	if k.Name == "" || len(k.Name) > maxPasskeyName || !utf8.ValidString(k.Name) || hasControl(k.Name) {
		return fmt.Errorf("a passkey's name that is empty, of more than %d bytes or with control characters is %w", maxPasskeyName, ErrInput)
	}
	return nil
}

// clone returns a copy whose lists can be changed while f is read.
func (f *factors) clone() factors {
	c := *f
	c.Passkeys, c.Recovery = slices.Clone(f.Passkeys), slices.Clone(f.Recovery)
	if f.TOTP != nil {
		t := *f.TOTP
		c.TOTP = &t
	}
	return c
}

// tidy forgets the recovery codes of somebody who has nothing left to recover from.
func (f *factors) tidy() {
	if f.TOTP == nil && len(f.Passkeys) == 0 {
		*f = factors{Handle: f.Handle}
	}
}
