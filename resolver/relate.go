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
	if l.group.private || len(e.beyond) > 0 || s.verdicts.judge(l.settings.policy(), []byte(l.wire)).final() {
		return
	}
	p, now := l.settings.policy(), time.Now()
	if chain := s.leading(p, []byte(l.wire), true, now); chain != nil {
		e.extend(chain)
		return
	}
	for i, hop := range e.hops {
		wire, err := wireName(hop.String())
		if err != nil {
			continue
		}
		if chain := s.leading(p, wire, false, now); chain != nil {
			e.extend(slices.Concat(e.hops[:i+1], chain))
			return
		}
	}
}

// leading returns the known way from name, or one above it, to a blocked one, or
// nil. With above the name itself is passed over.
func (s *Server) leading(p *rules.Policy, name []byte, above bool, now time.Time) []hostname.Name {
	for off := 0; off < len(name) && name[off] != 0; off += int(name[off]) + 1 {
		if above && off == 0 {
			continue
		}
		w := s.cache.way(name[off:]).fresh(now.Add(-leadTTL)) // some hold for no time
		if w == nil {
			continue
		}
		if j := judge(p, hostOfWire(name[off:]), nil, w); j.Action == rules.Block && !j.via.IsZero() {
			return append(slices.Clone(j.trail), j.via)
		}
	}
	return nil
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
