package staff

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"sekisho/private"
)

const (
	// tokenPrefix lets a search for leaked secrets find tokens.
	tokenPrefix = "sekisho_"
	tokenBytes  = 32
	tokenDigits = 43 // of unpadded base64

	epochDigits = 16
)

// AddUser lets a person open the console. If there is one of this name, role and
// password are replaced, and what was allowed under the old ones ends; what has to be
// shown besides stays. What cannot be accepted is [ErrInput]. AddUser keeps no copy of password and does not
// overwrite it. It returns when all is on the disk.
func (s *Store) AddUser(name string, role Role, password []byte) (User, error) {
	return s.addUser(name, role, password, false)
}

// AddFirst is AddUser for the first owner alone: when there is an owner already, it
// changes nothing and returns [ErrNotFirst].
func (s *Store) AddFirst(name string, password []byte) (User, error) {
	return s.addUser(name, Owner, password, true)
}

func (s *Store) addUser(name string, role Role, password []byte, first bool) (User, error) {
	name, err := Name(name)
	if err != nil {
		return User{}, err
	}
	if role == None || role > Owner {
		return User{}, fmt.Errorf("no role is %w", ErrInput)
	}
	prepared, err := prepare(password)
	if err != nil {
		return User{}, err
	}
	defer clear(prepared)
	u := user{Name: name, Role: role, Added: now(), Epoch: newEpoch(), verifier: newVerifier(prepared, s.cost)}
	err = s.change(func(f *contents) error {
		i, known := f.findUser(name)
		switch {
		case first && f.hasOwner():
			return ErrNotFirst
		case known:
			u.factors = f.Users[i].factors // a new password is no reason to show less
			f.Users[i] = u
			return nil
		case len(f.Users) == maxUsers:
			return fmt.Errorf("more than %d users are %w", maxUsers, ErrInput)
		}
		f.Users = slices.Insert(f.Users, i, u)
		return nil
	})
	if err != nil {
		return User{}, err
	}
	return u.shown(), nil
}

// RemoveUser takes a person's right away. [ErrUnknown] when nobody has the name.
func (s *Store) RemoveUser(name string) error {
	return s.remove(name, func(f *contents, name string) bool {
		i, known := f.findUser(name)
		if known {
			f.Users = slices.Delete(f.Users, i, i+1)
		}
		return known
	})
}

// AddToken makes a token that works until ends, or for ever when that is zero, and
// returns it; it cannot be had again. [ErrTaken] when a token has the name,
// [ErrInput] for what cannot be accepted.
func (s *Store) AddToken(name string, role Role, ends time.Time) (secret string, err error) {
	name, err = Name(name)
	if err != nil {
		return "", err
	}
	if role == None || role > Owner {
		return "", fmt.Errorf("no role is %w", ErrInput)
	}
	if !ends.IsZero() && !ends.After(time.Now()) {
		return "", fmt.Errorf("a token that has ended already is %w", ErrInput)
	}
	random := make([]byte, tokenBytes)
	_, _ = rand.Read(random) // never fails; it ends the process instead
	secret = tokenPrefix + base64.RawURLEncoding.EncodeToString(random)
	sum := sha256.Sum256([]byte(secret))
	err = s.change(func(f *contents) error {
		i, known := f.findToken(name)
		switch {
		case known:
			return ErrTaken
		case len(f.Tokens) == maxTokens:
			return fmt.Errorf("more than %d tokens are %w", maxTokens, ErrInput)
		}
		if !ends.IsZero() {
			ends = ends.UTC().Truncate(time.Second)
		}
		f.Tokens = slices.Insert(f.Tokens, i, token{Name: name, Role: role, Added: now(), Ends: ends, SHA256: sum[:]})
		return nil
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// RemoveToken ends a token. [ErrUnknown] when none has the name.
func (s *Store) RemoveToken(name string) error {
	return s.remove(name, func(f *contents, name string) bool {
		i, known := f.findToken(name)
		if known {
			f.Tokens = slices.Delete(f.Tokens, i, i+1)
		}
		return known
	})
}

func (s *Store) remove(name string, from func(*contents, string) bool) error {
	name, err := Name(name)
	if err != nil || private.StampOf(s.path()).Same(private.Stamp{}) {
		return ErrUnknown // and no folder is made for that
	}
	return s.change(func(f *contents) error {
		if !from(f, name) {
			return ErrUnknown
		}
		return nil
	})
}

// change rewrites the file as edit has it, while no other process does.
func (s *Store) change(edit func(*contents) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := private.MakeFolder(s.dir); err != nil {
		return fmt.Errorf("make a folder for who may open the console: %w", err)
	}
	unlock, err := private.Lock(filepath.Join(s.dir, lockName), private.LockWait)
	if err != nil {
		return fmt.Errorf("change who may open the console: %w", err)
	}
	defer unlock()
	if err := s.load(); err != nil {
		return err
	}
	f := s.set.Load().file.clone()
	if err := edit(f); err != nil {
		return err
	}
	data, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return fmt.Errorf("encode who may open the console: %w", err)
	}
	if err := private.Write(s.dir, fileName, append(data, '\n')); err != nil {
		return fmt.Errorf("write who may open the console: %w", err)
	}
	return s.load()
}

func now() time.Time { return time.Now().UTC().Truncate(time.Second) }

func newEpoch() string {
	b := make([]byte, epochDigits/2)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}
