package resolver

import (
	"slices"
	"time"

	"github.com/miekg/dns"

	"sekisho/hostname"
	"sekisho/rules"
)

// relate looks what is known about the names above that of e, the answer to l, and
// about those that e leads through: who leads to a name that is blocked for where
// it leads is led there too, and what is below such a name is blocked with it. e
// is nobody else's yet.
func (s *Server) relate(l lookup, e *entry) {
	e.related.Store(s.knowledge(l.settings.policy())) // before the look
	chain, outlived := s.beyond(l, e, e.stored)       // which is now
	if chain != nil {
		e.extend(chain)
	}
	if outlived != "" { // it may lead elsewhere by now
		l.wire, l.qtype = outlived, dns.TypeA
		s.traceBeside(l)
	}
}

// current is e, an answer to l that the cache may have, as relate would leave it now:
// more may be known than when it came.
func (s *Server) current(l lookup, key []byte, e *entry, now time.Time) *entry {
	n := s.knowledge(l.settings.policy())
	if e.related.Load() == n {
		return e
	}
	if chain, _ := s.beyond(l, e, now); chain != nil {
		old := e
		e = old.clone()
		e.extend(chain)
		s.cache.replace(key, old, e, now)
	}
	e.related.Store(n)
	return e
}

// beyond is the whole way to a blocked name that names above that of l are known for,
// or names that e leads through, or nil. outlived is whose way it is if that counts
// although its TTL is over.
func (s *Server) beyond(l lookup, e *entry, now time.Time) (chain []hostname.Name, outlived string) {
	p := l.settings.policy()
	if l.group.private || len(e.beyond) > 0 || s.verdicts.judge(p, []byte(l.wire)).final() {
		return nil, ""
	}
	if chain, outlived = s.leading(p, []byte(l.wire), true, now); chain != nil {
		return chain, outlived
	}
	for i, hop := range e.hops {
		wire, err := wireName(hop.String())
		if err != nil {
			continue
		}
		if chain, outlived = s.leading(p, wire, false, now); chain != nil {
			return slices.Concat(e.hops[:i+1], chain), outlived
		}
	}
	return nil, ""
}

// leading returns the known way from name, or one above it, to a blocked one, or
// nil. With above the name itself is passed over. What is known counts for maxStale
// after its TTL, as for the name itself, or until there is a later word; then outlived
// is whose way it is.
func (s *Server) leading(p *rules.Policy, name []byte, above bool, now time.Time) (chain []hostname.Name, outlived string) {
	for off := 0; off < len(name) && name[off] != 0; off += int(name[off]) + 1 {
		if above && off == 0 {
			continue
		}
		w := s.cache.way(name[off:]).fresh(now.Add(-maxStale))
		if w == nil {
			continue
		}
		j := judge(p, hostOfWire(name[off:]), nil, w)
		if j.Action != rules.Block || j.via.IsZero() {
			continue
		}
		if w.fresh(now.Add(-leadTTL)) == nil { // some hold for no time
			outlived = string(name[off:])
		}
		return append(slices.Clone(j.trail), j.via), outlived
	}
	return nil, ""
}

// knowledge is a number that changes when more names may be known to lead to what p
// blocks, be it that p is another than before.
func (s *Server) knowledge(p *rules.Policy) uint64 {
	if old := s.under.Load(); old != p && s.under.CompareAndSwap(old, p) {
		s.led.Add(1)
	}
	return s.led.Load()
}

// learnt notes that j is what is known of a name by now: if it leads to a blocked one,
// answers in the cache may be about names below it, or lead through it.
func (s *Server) learnt(j *judgement) {
	if j.Action == rules.Block && !j.via.IsZero() {
		s.led.Add(1)
	}
}

// extend notes that e leads on to chain.
func (e *entry) extend(chain []hostname.Name) {
	e.beyond = chain
	e.judged.Store(nil)
}

// leads are the names that e leads through, in order as far as it is known.
func (e *entry) leads() []hostname.Name {
	if len(e.beyond) == 0 {
		return e.hops
	}
	all := slices.Clip(e.beyond)
	for _, hop := range e.hops {
		if !slices.Contains(e.beyond, hop) {
			all = append(all, hop)
		}
	}
	return all
}

// misses reports whether e leads through names that t, which is done, did not come
// by: a zone may give the addresses of a name by an alias and its HTTPS records
// not, and what the alias leads to by those is still to be asked.
func (t *trace) misses(e *entry) bool {
	if t.lost || t.judged.final() || isService(t.qtype) {
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

// related notes in e what t, which is done, found beyond it.
func (t *trace) related(e *entry) {
	if j := t.judged; j.Action == rules.Block && !j.via.IsZero() && len(e.beyond) == 0 && !isService(t.qtype) {
		e.extend(t.hops[:slices.Index(t.hops, j.via)+1])
	}
}
