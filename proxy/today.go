package proxy

import (
	"sync"
	"time"

	"sekisho/interstitial"
	"sekisho/journal"
)

// today counts for the status page what was done since midnight, or since the
// start if that was later. Nothing of whom it was done for, or where, is in it.
type today struct {
	mu sync.Mutex
	interstitial.Tally
}

func newToday() *today { return &today{Tally: interstitial.Tally{Since: time.Now()}} }

// now returns the counts of the day at hand. The caller holds mu.
func (t *today) now() *interstitial.Tally {
	now := time.Now()
	y, m, d := now.Date()
	if midnight := time.Date(y, m, d, 0, 0, 0, 0, now.Location()); t.Since.Before(midnight) {
		t.Tally = interstitial.Tally{Since: midnight}
	}
	return &t.Tally
}

// page counts a document that was read.
func (t *today) page() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now().Read++
}

// stopped counts the first time in a visit that something was held back.
func (t *today) stopped(door string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n := t.now(); door == journal.DoorGuard {
		n.Held++
	} else {
		n.Warned++
	}
}

// read returns the counts.
func (t *today) read() interstitial.Tally {
	t.mu.Lock()
	defer t.mu.Unlock()
	return *t.now()
}
