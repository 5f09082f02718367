package staff

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"slices"
)

// Factors returns what a person has to show besides the password; nothing when
// nobody has the name.
func (s *Store) Factors(name string) Factors {
	name, err := Name(name)
	if err != nil {
		return Factors{}
	}
	u := s.current().users[name]
	if u == nil {
		return Factors{}
	}
	return u.factors.shown()
}

// SetTOTP has a person show codes of secret from now on, once code proves that the
// person's device has it. Wrong or used codes are [ErrCode]. What it returns is as
// [Store.AddPasskey] has it.
func (s *Store) SetTOTP(name string, secret []byte, code string) (User, []string, error) {
	t := &timed{Secret: bytes.Clone(secret)}
	if !t.ok() || !t.take(code) {
		return User{}, nil, ErrCode
	}
	return s.changeFactors(name, func(f *factors) error {
		f.TOTP = t
		return nil
	})
}

// AddPasskey has a person show a passkey, too. If this is the first thing to show,
// recovery are codes for the day it is lost, which cannot be had again; else it is
// nil. What is open under the person's name ends, as after a new password: the
// returned user has another epoch. What cannot be accepted is [ErrInput].
func (s *Store) AddPasskey(name string, handle []byte, k Passkey) (u User, recovery []string, err error) {
	if err := k.check(); err != nil {
		return User{}, nil, err
	}
	k.Added = now()
	return s.changeFactors(name, func(f *factors) error {
		switch {
		case len(f.Handle) == 0 && len(handle) == handleSize:
			f.Handle = bytes.Clone(handle)
		case !bytes.Equal(f.Handle, handle):
			return ErrInput
		}
		if len(f.Passkeys) == maxPasskeys || slices.ContainsFunc(f.Passkeys, func(o Passkey) bool { return bytes.Equal(o.ID, k.ID) }) {
			return ErrInput
		}
		f.Passkeys = append(f.Passkeys, k)
		return nil
	})
}

// NewHandle returns a handle for somebody who has none yet; see [Factors].
func NewHandle() []byte {
	b := make([]byte, handleSize)
	_, _ = rand.Read(b) // never fails; it ends the process instead
	return b
}

// UsePasskey notes what a passkey that was shown is checked by from now on: its
// counter, which tells copies. [ErrUnknown] when the person has no such passkey.
func (s *Store) UsePasskey(name string, id []byte, credential json.RawMessage) error {
	return s.edit(name, func(u *user) error {
		i := slices.IndexFunc(u.Passkeys, func(k Passkey) bool { return bytes.Equal(k.ID, id) })
		if i < 0 || len(credential) > maxCredential {
			return ErrUnknown
		}
		u.Passkeys[i].Credential = credential
		return nil
	})
}

// RemoveTOTP has a person show no codes any more.
func (s *Store) RemoveTOTP(name string) (User, error) {
	u, _, err := s.changeFactors(name, func(f *factors) error {
		if f.TOTP == nil {
			return ErrUnknown
		}
		f.TOTP = nil
		return nil
	})
	return u, err
}

// RemovePasskey takes a passkey away. [ErrUnknown] when the person has none of the
// id.
func (s *Store) RemovePasskey(name string, id []byte) (User, error) {
	u, _, err := s.changeFactors(name, func(f *factors) error {
		i := slices.IndexFunc(f.Passkeys, func(k Passkey) bool { return bytes.Equal(k.ID, id) })
		if i < 0 {
			return ErrUnknown
		}
		f.Passkeys = slices.Delete(f.Passkeys, i, i+1)
		return nil
	})
	return u, err
}

// ResetFactors has a person show nothing besides the password, as when everything
// is lost. [ErrUnknown] when nobody has the name.
func (s *Store) ResetFactors(name string) error {
	_, _, err := s.changeFactors(name, func(f *factors) error {
		*f = factors{}
		return nil
	})
	return err
}

// changeFactors changes what a person has to show, and ends what is open.
func (s *Store) changeFactors(name string, change func(*factors) error) (u User, recovery []string, err error) {
	err = s.edit(name, func(of *user) error {
		had := of.factors.shown().Any()
		if err := change(&of.factors); err != nil {
			return err
		}
		of.tidy()
		if !had && of.factors.shown().Any() {
			recovery, of.Recovery = newRecovery()
		}
		of.Epoch = newEpoch()
		u = of.shown()
		return nil
	})
	if err != nil {
		return User{}, nil, err
	}
	return u, recovery, nil
}

// edit changes one person. [ErrUnknown] when nobody has the name.
func (s *Store) edit(name string, change func(*user) error) error {
	name, err := Name(name)
	if err != nil {
		return ErrUnknown
	}
	return s.change(func(f *contents) error {
		i, known := f.findUser(name)
		if !known {
			return ErrUnknown
		}
		f.Users[i].factors = f.Users[i].factors.clone()
		return change(&f.Users[i])
	})
}
