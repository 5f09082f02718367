package accounts

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"sekisho/private"
)

// lookEvery is how often, at most, use of a store looks whether its file changed, which
// takes a few microseconds.
const lookEvery = 100 * time.Millisecond

// TakenUp is after what time a change counts in every process that has the folder open:
// one has looked just before, is reading, or was at something else when it was to read.
const TakenUp = 3 * lookEvery

// current returns what the folder holds, as of lookEvery ago at most. Whoever
// comes while another looks gets what was known before.
func (s *Store) current() *set {
	now := time.Now().UnixNano()
	last := s.looked.Load()
	if d := now - last; d >= 0 && d < int64(lookEvery) || !s.looked.CompareAndSwap(last, now) {
		return s.set.Load()
	}
	have := s.set.Load()
	if private.StampOf(s.file()).Same(have.seen) {
		return have
	}
	if !s.mu.TryLock() {
		return have
	}
	defer s.mu.Unlock()
	// A file that is damaged or open to others is not taken up: what was
	// protected before stays so, and Problem says why.
	s.problem = s.load()
	return s.set.Load()
}

// load reads the folder. The caller holds mu.
func (s *Store) load() error {
	seen := private.StampOf(s.file())
	data, err := private.Read(s.file(), maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		s.set.Store(newSet(&contents{}, private.Stamp{}, nil))
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the protected accounts: %w", err)
	}
	f, err := parse(data)
	if err != nil {
		return fmt.Errorf("protected accounts in %q: %w; restore it from a backup, or delete it and add the accounts again", s.file(), err)
	}
	key, err := s.readKey(f)
	if err != nil {
		return err
	}
	s.set.Store(newSet(f, seen, key))
	return nil
}
