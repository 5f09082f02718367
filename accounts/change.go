package accounts

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"time"
	"unicode/utf8"

	"sekisho/private"
)

// Grace is for how long a password that was replaced is still recognised. Mails
// that lead to false pages go on asking for it, and people type it from habit.
const Grace = 30 * 24 * time.Hour

// Bounds of a password. Amazon asks for six characters at least.
const (
	minPassword = 6   // octets, and characters
	maxPassword = 256 // octets
)

// Add protects the sign-in id, an e-mail address or a telephone number, which
// events and pages will call label (id itself when label is ""). When id is
// protected already, password becomes the one in force, the one before it is
// matched for another [Grace], and an empty label leaves the label as it is.
//
// What cannot be accepted is [ErrInput]. Add keeps no copy of password and does
// not overwrite it; that is the caller's. It returns when all is on the disk.
func (s *Store) Add(id, label string, password []byte) error {
	form, ok := canonical(id)
	if !ok {
		return fmt.Errorf("an ID that is neither an e-mail address nor a telephone number is %w", ErrInput)
	}
	if err := checkPassword(password); err != nil {
		return err
	}
	if bare := trimBytes(password); utf8.RuneCount(bare) >= minPassword {
		// Pages differ over whether they send the blanks around what is typed, and so
		// what is compared is without them too.
		password = bare
	}
	return s.change(func(f *contents) error {
		i := slices.IndexFunc(f.Accounts, func(a account) bool { own, _ := canonical(a.ID); return own == form })
		if i < 0 {
			if len(f.Accounts) == maxAccounts {
				return fmt.Errorf("more than %d accounts are %w", maxAccounts, ErrInput)
			}
			if label == "" {
				label = trim(id)
			}
			f.Accounts = append(f.Accounts, account{})
			i = len(f.Accounts) - 1
		}
		if f.labelTaken(trim(id), form) {
			return fmt.Errorf("an ID that another account has for a label is %w", ErrInput)
		}
		if label != "" {
			checked, err := checkLabel(label)
			if err != nil {
				return err
			}
			if f.labelTaken(checked, form) {
				return fmt.Errorf("a label that another account has is %w", ErrInput)
			}
			f.Accounts[i].call(checked)
		}
		key, err := s.keyFor(f)
		if err != nil {
			return err
		}
		f.Accounts[i].ID = trim(id)
		f.Accounts[i].replace(password, key, s.options.Cost)
		return nil
	})
}

// checkPassword says what is wrong with a password, without any of it.
func checkPassword(p []byte) error {
	switch {
	case len(p) == 0:
		return fmt.Errorf("an empty password is %w", ErrInput)
	case len(p) > maxPassword:
		return fmt.Errorf("a password of more than %d bytes is %w", maxPassword, ErrInput)
	case utf8.RuneCount(p) < minPassword:
		return fmt.Errorf("a password of fewer than %d characters, which Amazon has none of, is %w", minPassword, ErrInput)
	case slices.ContainsFunc(p, func(c byte) bool { return c == 0 || c == '\r' || c == '\n' }):
		return fmt.Errorf("a password of more than one line is %w", ErrInput)
	}
	return nil
}

// replace makes password the one in force.
func (a *account) replace(password, key []byte, c Cost) {
	now := time.Now().UTC().Truncate(time.Second)
	if a.Tag != nil && a.matches(password, key) {
		return // the same again: neither is old
	}
	old := a.Old
	if a.Tag != nil {
		last := a.verifier
		last.Until = now.Add(Grace)
		old = append([]verifier{last}, old...)
	}
	a.Old = old[:min(len(old), maxOld)]
	a.verifier, a.Added = newVerifier(password, key, c), now
}

// Remove takes away the account with this ID or label, and the passwords it had.
// It returns [ErrUnknown] when there is none.
func (s *Store) Remove(idOrLabel string) error {
	if private.StampOf(s.file()).Same(private.Stamp{}) {
		return ErrUnknown // and no folder is made for that
	}
	return s.change(func(f *contents) error {
		i := f.index(idOrLabel)
		if i < 0 {
			return ErrUnknown
		}
		f.Accounts = slices.Delete(f.Accounts, i, i+1)
		return nil
	})
}

// change rewrites the file as edit has it, while no other process does.
func (s *Store) change(edit func(*contents) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := private.MakeFolder(s.dir); err != nil {
		return fmt.Errorf("make a folder for the protected accounts: %w", err)
	}
	unlock, err := private.Lock(filepath.Join(s.dir, lockFile), private.LockWait)
	if err != nil {
		return fmt.Errorf("lock the protected accounts: %w", err)
	}
	defer unlock()
	if err := s.load(); err != nil {
		return err
	}
	f := s.set.Load().file.clone()
	if f.Store == "" {
		f.Version, f.Store = version, newName()
	}
	if err := edit(f); err != nil {
		return err
	}
	f.forget(time.Now())
	data, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the protected accounts: %w", err)
	}
	if err := private.Write(s.dir, accountsFile, append(data, '\n')); err != nil {
		return fmt.Errorf("write the protected accounts: %w", err)
	}
	return s.load()
}

// forget drops the passwords whose grace has ended, of whichever account.
func (f *contents) forget(now time.Time) {
	for i := range f.Accounts {
		a := &f.Accounts[i]
		a.Old = slices.DeleteFunc(a.Old, func(v verifier) bool { return !v.Until.After(now) })
	}
}

// clone returns a copy that can be changed while f is read.
func (f *contents) clone() *contents {
	c := *f
	c.Accounts = slices.Clone(f.Accounts)
	for i := range c.Accounts {
		c.Accounts[i].Old = slices.Clone(c.Accounts[i].Old)
	}
	return &c
}

func newName() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}
