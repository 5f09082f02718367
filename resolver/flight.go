package resolver

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"time"

	"github.com/miekg/dns"
)

const (
	// maxFlights bounds the questions under way to upstreams.
	maxFlights = 2048
	// maxWaiters bounds those who wait for them, so that a flood for one slow
	// name cannot fill the memory either.
	maxWaiters = 8192
	// flightTime is the longest that anybody waits for an answer.
	flightTime = 4500 * time.Millisecond
	// staleAfter is when an expired answer is given rather than none
	// (RFC 8767, section 5).
	staleAfter = 1800 * time.Millisecond
)

var (
	errBusy   = errors.New("too many queries are waiting")
	errRecent = errors.New("failed a moment ago")
	errClosed = errors.New("resolver is closed")
)

// A landing is what a question came to: an entry, perhaps stale, or none and
// the reason.
type landing struct {
	entry  *entry
	stale  bool
	remark remark
	err    error
}

// A waiter is called once, from the goroutine of the flight, and must not
// block.
type waiter func(landing)

// A flight is a question under way, and who waits for it.
type flight struct {
	key     string
	waiters []waiter
	// stale is an expired answer to fall back to, or nil; late tells that it is
	// time to do so.
	stale *entry
	late  bool
}

// flights holds the questions under way, each once.
type flights struct {
	mu      sync.Mutex
	byKey   map[string]*flight
	waiting int
}

// join has w called when the answer for key is there. It returns the flight if
// the caller must start it, and false if waiting is of no use: too much is
// under way, or this flight has been for too long.
func (f *flights) join(key []byte, stale *entry, w waiter) (start *flight, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fl, exists := f.byKey[string(key)]
	if f.waiting >= maxWaiters || exists && fl.late {
		return nil, false
	}
	if !exists {
		if len(f.byKey) >= maxFlights {
			return nil, false
		}
		fl = &flight{key: string(key), stale: stale}
		f.byKey[fl.key] = fl
		start = fl
	}
	fl.waiters = append(fl.waiters, w)
	f.waiting++
	return start, true
}

// release tells l to all who wait for fl, and with last ends the flight.
func (f *flights) release(fl *flight, l landing, last bool) {
	f.mu.Lock()
	waiters := fl.waiters
	fl.waiters = nil
	f.waiting -= len(waiters)
	fl.late = true
	if last {
		delete(f.byKey, fl.key)
	}
	f.mu.Unlock()
	for _, w := range waiters {
		w(l)
	}
}

// A lookup is what is wanted of the upstreams.
type lookup struct {
	// name is in lower case and presentation form.
	name   string
	qtype  uint16
	do, cd bool
	group  *group
	// settings are those in force when the question came.
	settings *settings
}

// fetch has w called with the answer for key, at once or later: from the cache
// of failures, from an exchange that others wait for too, or stale when too
// much is under way.
func (s *Server) fetch(key []byte, stale *entry, l func() lookup, w waiter) {
	now := time.Now()
	if r, failed := s.cache.failed(key, now); failed {
		w(fallback(stale, r, errRecent))
		return
	}
	start, ok := s.flights.join(key, stale, w)
	switch {
	case !ok:
		w(fallback(stale, remark{dns.ExtendedErrorCodeNoReachableAuthority, "too many queries are waiting"}, errBusy))
	case start != nil:
		want := l()
		if !s.tasks.start(func() { s.fly(start, want) }) {
			s.flights.release(start, fallback(stale, remark{dns.ExtendedErrorCodeNotReady, "shutting down"}, errClosed), true)
		}
	}
}

// fallback is stale if there is any, and else the failure.
func fallback(stale *entry, r remark, err error) landing {
	if stale != nil {
		return landing{entry: stale, stale: true}
	}
	return landing{remark: r, err: err}
}

// fly asks the upstreams, keeps what they say and tells everybody.
func (s *Server) fly(fl *flight, l lookup) {
	ctx, cancel := context.WithTimeout(s.base, flightTime)
	defer cancel()
	if fl.stale != nil {
		early := time.AfterFunc(staleAfter, func() {
			s.flights.release(fl, landing{entry: fl.stale, stale: true}, false)
		})
		defer early.Stop()
	}
	e, r, err := l.group.ask(ctx, &s.tasks.running, l.question())
	if err != nil {
		if s.base.Err() == nil {
			s.cache.fail(fl.key, r, time.Now())
		}
		s.flights.release(fl, fallback(fl.stale, r, err), true)
		return
	}
	if s.settings.Load().same(l.settings) {
		s.cache.put(fl.key, e)
	}
	s.flights.release(fl, landing{entry: e}, true)
}

// question is the query for l: nothing of the asker's own but its name, type
// and wish for signatures.
func (l lookup) question() question {
	msg := &dns.Msg{
		MsgHdr:   dns.MsgHdr{RecursionDesired: true, AuthenticatedData: true, CheckingDisabled: l.cd},
		Question: []dns.Question{{Name: l.name, Qtype: l.qtype, Qclass: dns.ClassINET}},
	}
	msg.SetEdns0(maxUDP, l.do)
	allowed := func(addr netip.Addr) bool { return contains(l.settings.private, addr) }
	if l.group.private {
		allowed = nil
	}
	return question{msg: msg, read: func(reply *dns.Msg) (*entry, error) {
		return scrub(reply, l.name, l.qtype, l.do, allowed)
	}}
}
