package resolver

import (
	"cmp"
	"net/netip"
	"time"

	"github.com/miekg/dns"

	"sekisho/presence"
	"sekisho/rules"
)

// A sender sends a reply. It does not block and may be called from any
// goroutine; the reply is the sender's to keep.
type sender func(reply []byte)

// A promise makes the sender of a reply that cannot be had at once, or nil if there is
// no room for one that waits for such a thing. It is called before handle returns, so
// it may look at what is being handled; a query that is answered at once costs no
// sender. The sender is called once.
type promise func(awaiting) sender

// An arrival is how a packet came: tcp over a connection, sealed over an encrypted one,
// and to which of our addresses, which is invalid if the system does not tell.
type arrival struct {
	at          netip.Addr
	tcp, sealed bool
	// sum is where answers that can be had at once are counted, or nil.
	sum *tallies
}

// handle answers packet. It returns the reply, appended to buf, if that can be
// had at once, or nil. waits tells that the sender of later will be called
// with it, once; neither means that packet gets no reply. packet and buf are
// not kept.
func (s *Server) handle(packet []byte, client netip.Addr, how arrival, buf []byte, later promise) (reply []byte, waits bool) {
	var q query
	f := parse(packet, how.tcp, &q)
	if f == silent {
		return nil, false
	}
	q.padded = q.padded && how.sealed // RFC 7830, section 6: in the clear it hides nothing
	q.client, q.at, q.sum = client.Unmap().WithZone(""), how.at, how.sum
	set := s.settings.Load()
	switch {
	case f == none && s.probes.returned(q.name()):
		return s.counts.told(q.sum, outcomeLocal, appendReply(buf, &q, noSuchName, freshness{}, remark{})), false
	case !contains(set.clients, q.client):
		f = refused
	}
	if f != none {
		return s.counts.told(q.sum, outcomeOf(f), appendReply(buf, &q, failure(f.rcode()), freshness{}, remark{})), false
	}
	now := time.Now()
	s.wake(now)
	q.until = now.Add(answerTime - sendTime)
	if !how.tcp && !s.buckets.take(account(q.client), now) {
		return s.counts.told(q.sum, outcomeLimited, q.append(buf, &answer{}, flagTC, freshness{}, remark{})), false
	}
	s.presence.Note(q.client, presence.Resolver, now)
	return s.answer(&q, set, now, buf, later)
}

// answer answers a question of a client that may ask.
func (s *Server) answer(q *query, set *settings, now time.Time, buf []byte, later promise) (reply []byte, waits bool) {
	g, forwarded := set.groupOf(q.name())
	var (
		local special
		exact bool
	)
	if !forwarded {
		local, exact = specialOf(q.name())
	}
	if local == loopback {
		return s.counts.told(q.sum, outcomeLocal, appendReply(buf, q, local.answer(exact, q.qtype), freshness{}, remark{})), false
	}
	k, j := s.known(q, set, now)
	e := k.entry
	if s.refuses(q, set, j) {
		return s.block(q, set, j, buf, later)
	}
	switch {
	case local != 0:
		a := local.answer(exact, q.qtype)
		if q.qtype == dns.TypeSVCB && string(q.name()) == ddrName {
			a = cmp.Or(s.designated(q.at), a)
		}
		return s.counts.told(q.sum, outcomeLocal, appendReply(buf, q, a, freshness{}, remark{})), false
	case q.qtype == dns.TypeANY:
		return s.counts.told(q.sum, outcomeLocal, appendReply(buf, q, anyAnswer, freshness{}, remark{})), false
	case e != nil && e.fresh(now) && k.settled:
		s.prefetch(q, set, g, e, now)
		if j.endless {
			e = e.barred(now)
		}
		return s.counts.told(q.sum, outcomeCached, appendReply(buf, q, &e.answer, freshness{age: e.age(now)}, e.remark)), false
	}
	send := later(forUpstreams)
	if send == nil {
		return s.counts.told(q.sum, outcomeFailed, appendReply(buf, q, servFail, freshness{}, busy)), false
	}
	s.ask(q.clone(), set, g, e, now, send)
	return nil, true
}

// known returns what the cache has for q, perhaps stale, and the judgement of
// q: of a fresh answer with all that is known about where the name leads,
// otherwise with what is known for certain.
func (s *Server) known(q *query, set *settings, now time.Time) (found, *judgement) {
	p := set.policy()
	k := s.cache.get(q.key(), now)
	if k.entry != nil && k.entry.fresh(now) {
		j := s.judgeFor(q, set, k.entry, now)
		k.settled = k.settled && (j.Action == rules.Block || !k.entry.short.Load())
		return k, j
	}
	if w := k.way.fresh(now); w != nil {
		return k, judge(p, hostOfWire(q.name()), nil, w)
	}
	return k, s.verdicts.judge(p, q.name())
}

// ask has q answered by send once the upstreams have told. q is kept.
func (s *Server) ask(q *query, set *settings, g *group, stale *entry, now time.Time, send sender) {
	want := lookup{qtype: q.qtype, do: q.do, cd: q.cd, group: g, settings: set, client: account(q.client)}
	told := func(l landing) {
		if reply, waits := s.conclude(q, set, l, send); !waits {
			send(reply)
		}
	}
	s.fetch(now, q.key(), stale, want, waiter{told: told, client: want.client})
}

// conclude answers q with l.
func (s *Server) conclude(q *query, set *settings, l landing, send sender) (reply []byte, waits bool) {
	now := time.Now()
	later := func(awaiting) sender { return send }
	if l.entry == nil {
		if _, j := s.known(q, set, now); s.refuses(q, set, j) {
			return s.block(q, set, j, nil, later)
		}
		return s.counts.told(q.sum, outcomeFailed, appendReply(nil, q, servFail, freshness{}, l.remark)), false
	}
	j := s.judgeFor(q, set, l.entry, now)
	if s.refuses(q, set, j) {
		return s.block(q, set, j, nil, later)
	}
	if j.endless {
		l.entry = l.entry.barred(now)
	}
	f, r, how := freshness{age: l.entry.age(now), stale: l.stale}, l.entry.remark, outcomeForwarded
	if l.stale {
		how = outcomeStale
		r = remark{code: dns.ExtendedErrorCodeStaleAnswer}
		if l.entry.rcode == dns.RcodeNameError {
			r.code = dns.ExtendedErrorCodeStaleNXDOMAINAnswer
		}
	}
	return s.counts.told(q.sum, how, appendReply(nil, q, &l.entry.answer, f, r)), false
}

// refuses reports whether q must not be answered. What is answered although
// there is something to say about it is recorded meanwhile, or else refused.
func (s *Server) refuses(q *query, set *settings, j *judgement) bool {
	if j.Action == rules.Allow {
		return false
	}
	if set.stops(j) {
		return true
	}
	v := visitOf(q, j)
	return !s.recorder.recorded(v, time.Now()) && !s.record(q, v, j, set.observe(), nil)
}

// stops reports whether j is a block that is more than observed.
func (s *settings) stops(j *judgement) bool { return j.Action == rules.Block && !s.observe() }

// block answers q with the blocked answer, when its event is durable. Where that
// cannot be had in time, or at all, it is a failure: of what was told to be blocked
// there is a record, always.
func (s *Server) block(q *query, set *settings, j *judgement, buf []byte, later promise) (reply []byte, waits bool) {
	v, stops := visitOf(q, j), set.stops(j)
	if stops && s.recorder.recorded(v, time.Now()) {
		return s.counts.told(q.sum, outcomeBlocked, appendBlocked(buf, q, set, j)), false
	}
	var send sender
	if stops {
		send = later(forEvent)
	}
	if send != nil {
		c := q.clone()
		told := func(err error) {
			if err == nil {
				send(s.counts.told(nil, outcomeBlocked, appendBlocked(nil, c, set, j)))
				return
			}
			send(s.counts.told(nil, outcomeFailed, appendUnrecorded(nil, c, err)))
		}
		if !s.record(q, v, j, false, told) {
			told(errUnrecorded)
		}
		return nil, true
	}
	return s.counts.told(q.sum, outcomeFailed, appendUnrecorded(buf, q, errUnrecorded)), false
}

// appendUnrecorded appends the answer to q, of which there is no record because of err,
// to buf.
func appendUnrecorded(buf []byte, q *query, err error) []byte {
	return appendReply(buf, q, servFail, freshness{}, remark{dns.ExtendedErrorCodeNotReady, err.Error()})
}

// appendBlocked appends the answer to q, whose name j blocks, to buf.
func appendBlocked(buf []byte, q *query, set *settings, j *judgement) []byte {
	return appendReply(buf, q, set.sinkhole.blocked(q), freshness{}, j.note)
}
