package resolver

import (
	"container/list"
	"errors"
	"sync"
	"time"
)

const (
	// perUpstream is how many exchanges with one server run at once without
	// further ado, whatever it is like. Each answer adds one to that, since a
	// server that answers is to be kept busy, and each failure to answer takes
	// half of what was added away: so it is the servers that answer which have
	// the sockets.
	perUpstream = 64
	// Places that answers make free go to the client that has fewest, and there to
	// who has waited the longest. Beyond that one more is let in each pace, of that
	// client the latest: those before it have waited in vain, and what is asked now is
	// what somebody looks at.
	pace = 6 * time.Millisecond
	// apiece is how many a client may have although the others have taken all
	// these: it waits for no pace then.
	apiece = 8
	// mostUpstream bounds the exchanges, and with them the sockets. A server that
	// answers within 10 ms serves fifty thousand questions a second with them.
	mostUpstream = 512
	// mostSilent bounds those with a server that does not answer: for each one more the
	// oldest is given up, of a client that has its share of them; if there is but one
	// it has then waited for more than (mostSilent-perUpstream)*pace, 1.15 s.
	mostSilent = 256
	// overOne is how many times as many exchanges with such a server there may be, and
	// at how many times that pace, if they go over connections that they share: one
	// costs no socket then. With names that nobody answers for, and the question about
	// where each leads, there are soon more than a pace for sockets lets in, and whoever
	// waits meanwhile is overtaken for good.
	overOne = 4
)

// errGivenUp is why an exchange ended that had been the oldest of too many.
var errGivenUp = errors.New("no answer, and others are waiting")

// A limiter bounds the exchanges with one server without letting those that
// are not answered keep out the rest. The zero value is open.
type limiter struct {
	mu       sync.Mutex
	inFlight list.List    // of *permit, the oldest first
	aside    list.List    // of *permit, see stepAside, the oldest first
	clients  clientQueues // who is in flight or waits, by client
	// added is how many are let in at once beyond perUpstream.
	added int
	// shared tells that the exchanges go over connections that they share.
	shared bool
	// latest is when one was let in beyond these; timer lets in the next.
	latest time.Time
	timer  *time.Timer
	// calls are what unlock makes.
	calls []call
}

// An entrant is whose exchange it is.
type entrant interface {
	// admit is called when the exchange may start, giveUp if it is to end early and why;
	// each once, and neither by try.
	admit()
	giveUp(why error)
}

// A call is one of p's who.
type call struct {
	p *permit
	// giveUp is why the exchange is to end, or nil for one that may start.
	giveUp error
}

func (c call) do() {
	switch p := c.p; {
	case p.who == nil && c.giveUp != nil:
		p.cancel(c.giveUp)
	case p.who == nil:
		close(p.ready)
	case c.giveUp != nil:
		p.who.giveUp(c.giveUp)
	default:
		p.who.admit()
	}
}

// queue tells the entrant of p, whose limiter is l, now or later, until p is
// left. Of one that was left before, admit is called all the same.
func (l *limiter) queue(p *permit) {
	l.mu.Lock()
	defer l.unlock()
	l.clients.queue(p)
	l.advance()
}

// try admits p if there is a place free, and reports whether there is.
func (l *limiter) try(p *permit) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.clients.waiting > 0 || l.inFlight.Len() >= perUpstream+l.added {
		return false
	}
	p.limiter = l
	l.place(p)
	return true
}

// unlock unlocks l.mu and makes the calls that are due, which may use l.
func (l *limiter) unlock() {
	calls := l.calls
	l.calls = nil
	l.mu.Unlock()
	for _, c := range calls {
		c.do()
	}
}

// place gives p, which is nowhere, a place. l.mu is held.
func (l *limiter) place(p *permit) {
	p.where, p.el = &l.inFlight, l.inFlight.PushBack(p)
	l.clients.place(p)
}

// answered lets in one more at once from now on.
func (l *limiter) answered() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.added = min(l.added+1, mostUpstream-perUpstream)
}

// unanswered lets in fewer at once from now on.
func (l *limiter) unanswered() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.added /= 2
}

// brisk reports whether far more were answered than were not lately.
func (l *limiter) brisk() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.added > (mostUpstream-perUpstream)/2
}

// silence is how many exchanges with a server that does not answer there may be, and at
// what pace they are let in.
func (l *limiter) silence() (most int, every time.Duration) {
	if l.shared {
		return overOne * mostSilent, pace / overOne
	}
	return mostSilent, pace
}

// advance lets in whom it can. l.mu is held.
func (l *limiter) advance() {
	most, every := l.silence()
	for l.clients.waiting > 0 {
		q := l.clients.least(waitedLongest)
		next := q.waiting(waitedLongest)
		switch n := l.inFlight.Len(); {
		case n < perUpstream+l.added, n < most && q.inFlight < apiece:
		default:
			if wait := every - time.Since(l.latest); wait > 0 {
				l.wake(wait)
				return
			}
			next = l.clients.least(cameLast).waiting(cameLast)
			l.latest = time.Now()
			if n >= most {
				first := l.greediest()
				first.remove()
				l.calls = append(l.calls, call{first, errGivenUp})
			}
		}
		next.remove()
		l.place(next)
		l.calls = append(l.calls, call{p: next})
	}
}

// wake has advance called after d, unless that is due anyhow.
func (l *limiter) wake(d time.Duration) {
	if l.timer != nil {
		return
	}
	l.timer = time.AfterFunc(d, func() {
		l.mu.Lock()
		defer l.unlock()
		l.timer = nil
		l.advance()
	})
}
