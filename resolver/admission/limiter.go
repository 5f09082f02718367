// Package admission decides when the exchanges with one DNS server may start, so that
// none of its questions that go unanswered, and no client that asks many, keeps out the
// rest.
//
// Whoever wants to ask calls [Limiter.Enter] or [Limiter.Queue] on account of its client,
// and is let in at once while the server answers. Of those who wait, the client with
// fewest exchanges under way comes next; where nothing is answered, one is let in each
// pace and the oldest given up. What goes on after whoever it was for has been answered
// steps aside, so that it holds no place of others (see [Permit.StepAside]).
//
// What the exchanges are, and what their answers are worth, is for the caller to know.
package admission

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
	// MostUpstream bounds the exchanges with one server, and with them the sockets. A server that
	// answers within 10 ms serves fifty thousand questions a second with them.
	MostUpstream = 512
	// MostSilent bounds those with a server that does not answer: for each one more the
	// oldest is given up, of a client that has its share of them; if there is but one
	// it has then waited for more than (MostSilent-perUpstream)*pace, 1.15 s.
	MostSilent = 256
	// overOne is how many times as many exchanges with such a server there may be, and
	// at how many times that pace, if they go over connections that they share: one
	// costs no socket then. With names that nobody answers for, and the question about
	// where each leads, there are soon more than a pace for sockets lets in, and whoever
	// waits meanwhile is overtaken for good.
	overOne = 4
)

// ErrGivenUp is why an exchange ended that had been the oldest of too many.
var ErrGivenUp = errors.New("no answer, and others are waiting")

// A Limiter bounds the exchanges with one server without letting those that
// are not answered keep out the rest. The zero value is open. It is safe for concurrent use.
type Limiter struct {
	mu       sync.Mutex
	inFlight list.List    // of *Permit, the oldest first
	aside    list.List    // of *Permit, see StepAside, the oldest first
	clients  clientQueues // who is in flight or waits, by client
	// added is how many are let in at once beyond perUpstream.
	added int
	// Shared tells that the exchanges go over connections that they share. It is set
	// before the first.
	Shared bool
	// latest is when one was let in beyond these; timer lets in the next.
	latest time.Time
	timer  *time.Timer
	// calls are what unlock makes.
	calls []call
}

// An Entrant is whose exchange it is. It is told so outside of all locks, on whatever
// goroutine made room, and may use the limiter.
type Entrant interface {
	// Admit is called when the exchange may start, GiveUp if it is to end early and why;
	// each once, and neither by [Limiter.Try].
	Admit()
	GiveUp(why error)
}

// A call is one of p's who.
type call struct {
	p *Permit
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
		p.who.GiveUp(c.giveUp)
	default:
		p.who.Admit()
	}
}

// Queue tells the entrant of p, which was prepared for l, now or later, until p is
// left. Of one that was left before, Admit is called all the same.
func (l *Limiter) Queue(p *Permit) {
	l.mu.Lock()
	defer l.unlock()
	l.clients.queue(p)
	l.advance()
}

// Try admits p if there is a place free, and reports whether there is. p may have
// been prepared for another limiter, and is one for l then.
func (l *Limiter) Try(p *Permit) bool {
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
func (l *Limiter) unlock() {
	calls := l.calls
	l.calls = nil
	l.mu.Unlock()
	for _, c := range calls {
		c.do()
	}
}

// place gives p, which is nowhere, a place. l.mu is held.
func (l *Limiter) place(p *Permit) {
	p.where, p.el = &l.inFlight, l.inFlight.PushBack(p)
	l.clients.place(p)
}

// Answered lets in one more at once from now on: the server answered.
func (l *Limiter) Answered() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.added = min(l.added+1, MostUpstream-perUpstream)
}

// Unanswered lets in fewer at once from now on: it did not.
func (l *Limiter) Unanswered() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.added /= 2
}

// Brisk reports whether far more were answered than were not lately.
func (l *Limiter) Brisk() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.added > (MostUpstream-perUpstream)/2
}

// silence is how many exchanges with a server that does not answer there may be, and at
// what pace they are let in.
func (l *Limiter) silence() (most int, every time.Duration) {
	if l.Shared {
		return overOne * MostSilent, pace / overOne
	}
	return MostSilent, pace
}

// advance lets in whom it can. l.mu is held.
func (l *Limiter) advance() {
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
				l.calls = append(l.calls, call{first, ErrGivenUp})
			}
		}
		next.remove()
		l.place(next)
		l.calls = append(l.calls, call{p: next})
	}
}

// wake has advance called after d, unless that is due anyhow.
func (l *Limiter) wake(d time.Duration) {
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
