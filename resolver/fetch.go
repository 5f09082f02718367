package resolver

import (
	"context"
	"errors"
	"time"

	"github.com/miekg/dns"

	"sekisho/resolver/admission"
)

// fetch has w told the answer for key, at once or later: from the memory of
// failures, from an exchange that others wait for too, or stale when too much
// is under way. The name in l is that of key, and need not be set.
func (s *Server) fetch(now time.Time, key []byte, stale *entry, l lookup, w waiter) {
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
		// Who asked before may have been told between the caller's look into the
		// cache and now.
		if k := s.cache.get(key, now); k.entry != nil && k.entry != stale && k.settled && k.entry.fresh(now) {
			s.flights.release(start, landing{entry: k.entry}, true)
			return
		}
		l.wire = start.key[:len(start.key)-keyTail]
		s.depart(now, start, l)
	}
}

// fetchRaw has told called with what the upstreams say to l, from the cache if
// that has it, whether or not it is known where it leads.
func (s *Server) fetchRaw(l lookup, told func(landing)) {
	var room [maxName + keyTail]byte
	key, now := l.appendKey(room[:0]), time.Now()
	known := s.cache.get(key, now)
	if e := known.entry; e != nil && e.fresh(now) {
		told(landing{entry: e})
		return
	}
	s.fetch(now, key, known.entry, l, waiter{told: told, raw: true, client: l.client})
}

// depart starts fl, which is about l.
func (s *Server) depart(now time.Time, fl *flight, l lookup) {
	if l.path.add(now, fl, l) || s.startFast(now, fl, l) {
		return
	}
	if !s.tasks.start(func() { s.fly(fl, l, nil) }) {
		s.flights.release(fl, fallback(fl.stale, remark{dns.ExtendedErrorCodeNotReady, "shutting down"}, errClosed), true)
	}
}

// fly asks the upstreams, keeps what they say and tells everybody. What fq,
// which may be nil, has begun is gone on with.
func (s *Server) fly(fl *flight, l lookup, fq *fastQuery) {
	begun := fq.begun()
	ctx, cancel := context.WithTimeout(s.base, flightTime-begun)
	defer cancel()
	if fl.stale != nil {
		patience := staleAfter - begun
		if l.group.down(time.Now()) {
			patience = 0
		}
		early := time.AfterFunc(patience, func() {
			s.flights.release(fl, landing{entry: fl.stale, stale: true}, false)
		})
		defer early.Stop()
	}
	var beside *trace
	if fq != nil {
		beside = fq.beside
	} else if s.seeks(l) {
		beside = s.traceBeside(time.Now(), l)
	}
	e, r, err := s.obtain(ctx, fl, l, fq)
	if errors.Is(err, admission.ErrAside) && s.flights.wanted(fl) {
		e, r, err = s.obtain(ctx, fl, l, nil)
	}
	if err != nil {
		if s.base.Err() == nil && !errors.Is(err, admission.ErrAside) {
			s.cache.fail(fl.key, r, time.Now())
		}
		s.flights.release(fl, fallback(fl.stale, r, err), true)
		return
	}
	s.arrive(ctx, fl, l, e, beside)
}

// arrive keeps e and tells it to those who wait for fl, once it is known where
// it leads.
func (s *Server) arrive(ctx context.Context, fl *flight, l lookup, e *entry, beside *trace) {
	if isService(l.qtype) {
		s.keep(fl, l, e)
		if s.flights.announce(fl, landing{entry: e}) {
			return
		}
	}
	if s.seeks(l) {
		e.short.Store(false) // it is found out now
		e = s.await(ctx, l, e, beside)
	}
	if !isService(l.qtype) {
		s.keep(fl, l, e)
	}
	s.flights.release(fl, landing{entry: e}, true)
}

// obtain returns the answer to l: from the upstreams, or from the cache if it
// is there by now and only where it leads is not known.
func (s *Server) obtain(ctx context.Context, fl *flight, l lookup, fq *fastQuery) (*entry, remark, error) {
	if e := s.unsettled(time.Now(), fl, l); e != nil {
		return e, remark{}, nil
	}
	q := l.question()
	q.client, q.holder = l.client, l.holder()
	if l.qtype == dns.TypeHTTPS {
		answered := make(chan struct{})
		s.flights.whenAnswered(fl, func() { close(answered) })
		q.answered = answered
	}
	e, r, err := l.group.ask(ctx, &s.tasks.running, q, fq)
	if err == nil {
		s.relate(l, e)
	}
	return e, r, err
}

// unsettled returns the answer to l that is in the cache already, if it is one
// that may lead on.
func (s *Server) unsettled(now time.Time, fl *flight, l lookup) *entry {
	if isService(l.qtype) {
		if e := s.cache.get([]byte(fl.key), now).entry; e != nil && e.fresh(now) {
			return e
		}
	}
	return nil
}

// keep puts e into the cache unless it was got under other settings.
func (s *Server) keep(fl *flight, l lookup, e *entry) {
	if s.settings.Load().same(l.settings) {
		s.cache.put(fl.key, e)
	}
}
