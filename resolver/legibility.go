package resolver

import (
	"sync/atomic"
	"time"
)

// garbledAfter is how many answers in a row that cannot be read have a server
// suspected of garbling all that it says.
const garbledAfter = 3

// A legibility is whether what a server answers can be read: as long as that may be the
// doing of the zones that are asked about, it is no reason to ask others first. Answers
// about service records do not count, of which what cannot be read is left out.
type legibility struct {
	strikes atomic.Int32 // answers in a row that could not
	until   atomic.Int64 // none can until then, in Unix nanoseconds
	trial
}

// lost reports whether the server is known to garble all that it says.
func (l *legibility) lost(now time.Time) bool { return now.UnixNano() < l.until.Load() }

// lose notes that it does.
func (l *legibility) lose(now time.Time) { l.until.Store(now.Add(downFor).UnixNano()) }

// strike notes an answer that could not be read.
func (l *legibility) strike(now time.Time) {
	switch {
	case l.strikes.Add(1) < garbledAfter:
	case l.try == nil: // the zones of a suffix are the owner's own
		l.lose(now)
	default:
		l.suspect(now)
	}
}

// read notes one that could.
func (l *legibility) read() {
	if l.strikes.Load() != 0 || l.until.Load() != 0 {
		l.strikes.Store(0)
		l.until.Store(0)
	}
}

// forgive forgets all, trials included.
func (l *legibility) forgive() {
	l.read()
	l.next.Store(0)
}
