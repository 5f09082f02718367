package accounts

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"sekisho/private"
)

const (
	accountsFile = "accounts.json"
	keyFile      = "key"
	lockFile     = "lock"

	// askEvery is how often a keyring that did not give the key is asked again.
	askEvery = 30 * time.Second
)

// keyFor returns the key that the verifiers of f are bound to. The first time it
// makes one and finds a place for it. The caller holds mu.
func (s *Store) keyFor(f *contents) ([]byte, error) {
	if f.Key != "" {
		if key := s.set.Load().key; key != nil {
			return key, nil
		}
		return nil, ErrNoKey
	}
	fresh := random32()
	if !s.options.KeyInFile && s.ring.keep(f.Store, hex.EncodeToString(fresh[:])) == nil {
		f.Key = keyInRing
		return fresh[:], nil
	}
	f.Key = keyInFile
	if err := private.Write(s.dir, keyFile, []byte(hex.EncodeToString(fresh[:])+"\n")); err != nil {
		return nil, fmt.Errorf("write the key of the protected accounts: %w", err)
	}
	return fresh[:], nil
}

// readKey returns the key of f, or nil when it is in a keyring that does not give
// it at present. The caller holds mu.
func (s *Store) readKey(f *contents) ([]byte, error) {
	if have := s.set.Load(); have != nil && have.key != nil && have.file.Store == f.Store && have.file.Key == f.Key {
		return have.key, nil
	}
	if f.Key == keyInRing {
		s.asked = time.Now()
		text, err := s.ring.fetch(f.Store)
		if err != nil {
			return nil, nil // not an error: a locked keyring must not keep sekisho from starting
		}
		key, _ := decodeKey(text)
		return key, nil
	}
	path := filepath.Join(s.dir, keyFile)
	data, err := private.Read(path, 4*keySize)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the key %q of the protected accounts is missing: restore it, or delete %q and add the accounts again",
			path, s.file())
	}
	if err != nil {
		return nil, fmt.Errorf("read the key of the protected accounts: %w", err)
	}
	defer clear(data)
	key, ok := decodeKey(string(data))
	if !ok {
		return nil, fmt.Errorf("the key %q of the protected accounts is damaged: restore it, or delete %q and add the accounts again",
			path, s.file())
	}
	return key, nil
}

func decodeKey(text string) ([]byte, bool) {
	key, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != keySize {
		return nil, false
	}
	return key, true
}

// askAgain asks the keyring for a key that it did not give before, now and then,
// without letting the caller wait.
func (s *Store) askAgain() {
	if !s.mu.TryLock() {
		return
	}
	if time.Since(s.asked) < askEvery {
		s.mu.Unlock()
		return
	}
	s.asked = time.Now()
	go func() {
		defer s.mu.Unlock()
		s.problem = s.load() // within ringWait
	}()
}

// KeyPlace says in words where the key of the accounts is kept.
func (s *Store) KeyPlace() string {
	if s.current().file.Key == keyInRing {
		return "the keyring of this system"
	}
	return filepath.Join(s.dir, keyFile)
}
