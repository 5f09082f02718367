package resolver

import (
	"sync/atomic"
	"time"
)

const (
	// After deafAfter questions of type HTTPS or SVCB in a row that came to
	// nothing, a server is suspected of not knowing these types, as some
	// forwarders do not: they drop or refuse them. That suspicion takes no more
	// than a few names whose owner has his servers answer late, so that all that
	// follows from it is a trial, and deafFor is how long its finding holds. In
	// the last part of it the trial is held again.
	deafAfter = 3
	deafFor   = 5 * time.Minute
	deafAgain = deafFor / 10
)

// A hearing is whether a server answers questions for service records.
type hearing struct {
	strikes atomic.Int32 // questions in a row that came to nothing
	until   atomic.Int64 // it is deaf until then, in Unix nanoseconds
	trial
}

// deaf reports whether the server is known not to answer them.
func (h *hearing) deaf(now time.Time) bool {
	left := time.Duration(h.until.Load() - now.UnixNano())
	if left > 0 && left < deafAgain {
		h.suspect(now)
	}
	return left > 0
}

// strike notes a question that came to nothing.
func (h *hearing) strike(now time.Time) {
	if h.strikes.Add(1) >= deafAfter {
		h.suspect(now)
	}
}

// heard notes an answer.
func (h *hearing) heard() {
	if h.strikes.Load() != 0 || h.until.Load() != 0 {
		h.strikes.Store(0)
		h.until.Store(0)
	}
}

// forgive forgets all, trials included.
func (h *hearing) forgive() {
	h.heard()
	h.next.Store(0)
}

// judged notes what a trial came to.
func (h *hearing) judged(deaf bool, now time.Time) {
	if deaf {
		h.until.Store(now.Add(deafFor).UnixNano())
	} else {
		h.heard()
	}
}
