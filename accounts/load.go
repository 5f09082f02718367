package accounts

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// lookEvery is how often, at most, use of a store looks whether its file changed.
const lookEvery = time.Second

// stamp tells one state of a file from the next. A file is replaced, never
// changed in place, so identity, size and time are enough.
type stamp struct {
	info fs.FileInfo // nil when there is no file
}

func stampOf(path string) stamp {
	info, err := os.Lstat(path)
	if err != nil {
		return stamp{}
	}
	return stamp{info}
}

func (s stamp) same(o stamp) bool {
	if s.info == nil || o.info == nil {
		return s.info == nil && o.info == nil
	}
	return os.SameFile(s.info, o.info) && s.info.Size() == o.info.Size() && s.info.ModTime().Equal(o.info.ModTime()) &&
		s.info.Mode() == o.info.Mode()
}

// current returns what the folder holds, as of a second ago at most. Whoever
// comes while another looks gets what was known before.
func (s *Store) current() *set {
	now := time.Now().UnixNano()
	last := s.looked.Load()
	if d := now - last; d >= 0 && d < int64(lookEvery) || !s.looked.CompareAndSwap(last, now) {
		return s.set.Load()
	}
	have := s.set.Load()
	if stampOf(s.file()).same(have.seen) {
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
	seen := stampOf(s.file())
	data, err := readFile(s.file(), maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		s.set.Store(newSet(&contents{}, stamp{}, nil))
		return nil
	}
	if err != nil {
		return err
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
