package staff

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"sekisho/private"
)

// lookEvery is how often, at most, use of a store looks whether its file changed.
const lookEvery = time.Second

// current returns what the file holds, as of a second ago at most. Whoever comes
// while another looks gets what was known before.
func (s *Store) current() *set {
	now := time.Now().UnixNano()
	last := s.looked.Load()
	if d := now - last; d >= 0 && d < int64(lookEvery) || !s.looked.CompareAndSwap(last, now) {
		return s.set.Load()
	}
	have := s.set.Load()
	if private.StampOf(s.path()).Same(have.seen) {
		return have
	}
	if !s.mu.TryLock() {
		return have
	}
	defer s.mu.Unlock()
	s.problem = s.load()
	return s.set.Load()
}

// load reads the file. The caller holds mu.
func (s *Store) load() error {
	seen := private.StampOf(s.path())
	data, err := private.Read(s.path(), maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		s.set.Store(newSet(&contents{Version: version}, private.Stamp{}))
		return nil
	}
	if err != nil {
		return fmt.Errorf("read who may open the console: %w", err)
	}
	f, err := parse(data)
	if err != nil {
		return fmt.Errorf("read who may open the console: %q: %w; restore it from a backup, or delete it and add everybody again", s.path(), err)
	}
	s.set.Store(newSet(f, seen))
	return nil
}
