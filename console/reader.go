package console

import (
	"errors"
	"sync"

	"sekisho/journal"
)

// reader opens the journal for reading when it is first needed: before anything
// was recorded there is none.
type reader struct {
	path string

	mu     sync.Mutex
	opened *journal.Reader
	closed bool
}

// get returns the journal, nil while nothing was recorded yet.
func (x *reader) get() (*journal.Reader, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed {
		return nil, journal.ErrClosed
	}
	if x.opened == nil {
		r, err := journal.OpenReader(x.path)
		if errors.Is(err, journal.ErrNoJournal) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		x.opened = r
	}
	return x.opened, nil
}

// close ends all reading, for good.
func (x *reader) close() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.closed = true
	if x.opened != nil {
		_ = x.opened.Close() // nothing was written
	}
}
