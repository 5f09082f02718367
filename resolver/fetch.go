package resolver

import (
	"context"
	"net/netip"
	"time"

	"github.com/miekg/dns"
)

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

// wire is the name in wire form.
func (l lookup) wire() []byte {
	wire, err := wireName(l.name)
	if err != nil { // names come from messages and have been on the wire
		return []byte{0}
	}
	return wire
}

// fetch has w told the answer for key, at once or later: from the memory of
// failures, from an exchange that others wait for too, or stale when too much
// is under way.
func (s *Server) fetch(key []byte, stale *entry, l func() lookup, w waiter) {
	now := time.Now()
	if r, failed := s.cache.failed(key, now); failed {
		w.told(fallback(stale, r, errRecent))
		return
	}
	start, landed, ok := s.flights.join(key, stale, w)
	switch {
	case !ok:
		w.told(fallback(stale, busy, errBusy))
	case landed != nil:
		w.told(*landed)
	case start != nil:
		want := l()
		if !s.tasks.start(func() { s.fly(start, want) }) {
			s.flights.release(start, fallback(stale, remark{dns.ExtendedErrorCodeNotReady, "shutting down"}, errClosed), true)
		}
	}
}

// fetchRaw has told called with what the upstreams say to l, from the cache if
// that has it, whether or not it is known where it leads.
func (s *Server) fetchRaw(l lookup, told func(landing)) {
	key, now := appendKey(l.wire(), l.qtype, l.do, l.cd), time.Now()
	known := s.cache.get(key, now)
	if e := known.entry; e != nil && e.fresh(now) {
		told(landing{entry: e})
		return
	}
	s.fetch(key, known.entry, func() lookup { return l }, waiter{told: told, raw: true})
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
	var beside *trace
	seeks := s.seeks(l)
	if seeks && l.qtype != dns.TypeHTTPS && s.flights.calm() && !l.group.mute(time.Now()) {
		beside = s.traceBeside(l)
	}
	e, r, err := s.obtain(ctx, fl, l)
	if err != nil {
		if s.base.Err() == nil {
			s.cache.fail(fl.key, r, time.Now())
		}
		s.flights.release(fl, fallback(fl.stale, r, err), true)
		return
	}
	if isService(l.qtype) {
		s.keep(fl, l, e)
		if s.flights.announce(fl, landing{entry: e}) {
			return
		}
	}
	if seeks {
		s.await(ctx, l, e, beside)
	}
	if !isService(l.qtype) {
		s.keep(fl, l, e)
	}
	s.flights.release(fl, landing{entry: e}, true)
}

// obtain returns the answer to l: from the upstreams, or from the cache if it
// is there by now and only where it leads is not known.
func (s *Server) obtain(ctx context.Context, fl *flight, l lookup) (*entry, remark, error) {
	if now := time.Now(); isService(l.qtype) {
		if e := s.cache.get([]byte(fl.key), now).entry; e != nil && e.fresh(now) {
			return e, remark{}, nil
		}
	}
	return l.group.ask(ctx, &s.tasks.running, l.question())
}

// keep puts e into the cache unless it was got under other settings.
func (s *Server) keep(fl *flight, l lookup, e *entry) {
	if s.settings.Load().same(l.settings) {
		s.cache.put(fl.key, e)
	}
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
