package resolver

import (
	"slices"
	"time"

	"github.com/miekg/dns"

	"sekisho/hostname"
	"sekisho/rules"
)

// relate judges e, the answer to l, with all that is known about the names that it leads
// through and those above. e is nobody else's yet.
func (s *Server) relate(l lookup, e *entry) {
	s.weigh(l, e, &e.first, e.stored)
	e.judged.Store(&e.first)
	s.askAgain(l, &e.first, e.stored)
}

// judge returns the judgement of e, an answer to l that may be anybody's, with all that
// is known by now.
func (s *Server) judge(l lookup, e *entry, now time.Time) *memo {
	if m := s.remembered(e, l.settings.policy(), now); m != nil {
		return m
	}
	m := new(memo)
	s.weigh(l, e, m, now)
	e.judged.Store(m)
	s.askAgain(l, m, now)
	return m
}

// judgeFor is judge for e, an answer to q; it allocates nothing while there is no news.
func (s *Server) judgeFor(q *query, set *settings, e *entry, now time.Time) *judgement {
	if m := s.remembered(e, set.policy(), now); m != nil {
		return m.judgement
	}
	g, _ := set.groupOf(q.name())
	l := lookup{wire: string(q.name()), qtype: q.qtype, group: g, settings: set, client: account(q.client)}
	return s.judge(l, e, now).judgement
}

// remembered returns the last judgement of e if that holds under p, or nil.
func (s *Server) remembered(e *entry, p *rules.Policy, now time.Time) *memo {
	m := e.judged.Load()
	if m == nil || m.policy != p || !m.until.IsZero() && !now.Before(m.until) {
		return nil
	}
	n := s.cache.news
	if count := n.count.Load(); m.seen.Load() != count { // read before the slots: see news.of
		if n.sum(m.slots) != m.sum {
			return nil
		}
		m.seen.Store(count)
	}
	return m
}

// weigh makes m, which is new, the judgement of e, an answer to l. It comes from what e
// says, from what other answers said of the names on the way and of those above, and from
// nothing that was concluded before: of two names that lead through each other neither
// keeps the other blocked.
func (s *Server) weigh(l lookup, e *entry, m *memo, now time.Time) {
	m.seen.Store(s.cache.news.count.Load())
	m.judgement = s.verdicts.judge(l.settings.policy(), []byte(l.wire))
	if m.final() {
		return
	}
	r := reach{cache: s.cache, memo: m, now: now, private: l.group.private, left: maxReach, looks: maxLooks}
	if r.from(l.wire, e.hops) {
		e.short.Store(true)
		return
	}
	if v, addr, blocked := blockedAddr(m.policy, e.addrs, e.hints); blocked {
		m.found(v, addr, e.hops)
	} else if r.exhausted() {
		j := *m.judgement
		j.endless = true
		m.judgement = &j
	}
}

// askAgain has the name asked about for whose sake l is blocked if the TTL of what is
// known of it is over: it may lead elsewhere by now.
func (s *Server) askAgain(l lookup, m *memo, now time.Time) {
	if m.outlived == "" || !s.flights.calm() {
		return
	}
	l.wire, l.qtype = m.outlived, dns.TypeA
	if m.by == dns.TypeSVCB {
		l.qtype = m.by
		s.fetchRaw(l, func(landing) {})
	} else if !l.group.deaf(now) {
		s.traceName(l)
	}
}

// misses reports whether e leads through names that t, which is done, did not come
// by: a zone may give the addresses of a name by an alias and its HTTPS records
// not, and what the alias leads to by those is still to be asked.
func (t *trace) misses(e *entry) bool {
	if t.lost || t.cut || t.judged.final() || isService(t.qtype) {
		return false
	}
	return slices.ContainsFunc(e.hops, func(hop hostname.Name) bool { return !slices.Contains(t.hops, hop) })
}

// traceHops starts to find out where those names lead.
func (s *Server) traceHops(l lookup, e *entry, beside *trace) *trace {
	asks := l
	asks.qtype = dns.TypeHTTPS
	t := &trace{lookup: l, key: asks.key(), asks: dns.TypeHTTPS, hops: slices.Clip(e.hops), seen: []string{l.wire}}
	for _, hop := range e.hops {
		if wire, err := wireName(hop.String()); err == nil && !slices.Contains(beside.hops, hop) {
			t.queue = append(t.queue, string(wire))
		}
	}
	return s.trace(t)
}
