package resolver

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/maphash"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"

	"sekisho/rules"
)

const (
	// leadTTL is for how long an answer holds at most that was given before it
	// was known where its name leads: the verdict may come a moment later.
	leadTTL = 10 * time.Second
	// latecomerSlots bounds the names remembered whose lead did not come in
	// time; a power of two. latecomerFor is for how long they are.
	latecomerSlots = 1024
	latecomerFor   = 5 * time.Minute
)

// brief returns e, or what holds for leadTTL of it.
func (e *entry) brief() *entry {
	if e.ttl <= leadTTL {
		return e
	}
	b := e.clone()
	b.ttl, b.records = leadTTL, bytes.Clone(e.records)
	for _, off := range b.ttls {
		ttl := b.records[off:]
		binary.BigEndian.PutUint32(ttl, min(binary.BigEndian.Uint32(ttl), uint32(leadTTL/time.Second)))
	}
	return b
}

// clone returns what e says, without a judgement.
func (e *entry) clone() *entry {
	return &entry{
		answer: e.answer, host: e.host, hops: e.hops, targets: e.targets, addrs: e.addrs, hints: e.hints, withheld: e.withheld, inward: e.inward,
		endless: e.endless, remark: e.remark, ttl: e.ttl, stored: e.stored,
	}
}

// late notes that t held an answer up for its time.
func (t *trace) late() {
	now := time.Now()
	t.server.late.add(t.wire, now)
	if !t.heard.Load() {
		t.group.balk(now)
	}
}

// settle is the end of t: what is known of where the name leads goes into the cache.
func (t *trace) settle(now time.Time) {
	t.cut = t.cut && !t.judged.final()
	switch {
	case !t.server.settings.Load().same(t.settings):
	case t.cut:
		t.server.cache.forget(t.wire) // what was given out until now
		t.server.cache.put(t.key, (&entry{host: t.judged.host}).barred(now))
	default:
		t.server.cache.settle(t.key)
	}
}

// barred takes the place of e and all that there is about its name, which leads through
// more names than are looked into.
func (e *entry) barred(now time.Time) *entry {
	return &entry{
		answer: *noData, host: e.host, ttl: maxNegativeTTL, stored: now, endless: true,
		remark: remark{dns.ExtendedErrorCodeBlocked, "leads through too many names"},
	}
}

// qualified is e as it may be answered with when t is done.
func (t *trace) qualified(e *entry) *entry {
	switch {
	case t.cut:
		return e.barred(time.Now())
	case t.lost:
		return e.brief()
	}
	return e
}

// hold keeps e back until it is known where the name leads, for a moment.
func (p *passenger) hold(e *entry) {
	var told atomic.Bool
	timer := time.AfterFunc(grace, func() {
		if !told.Swap(true) {
			p.beside.late()
			p.beside.proceed()
			p.finish(e.brief())
		}
	})
	p.beside.then(func() {
		if !told.Swap(true) {
			timer.Stop()
			if p.beside.misses(e) {
				go p.arrive(e)
				return
			}
			p.finish(p.beside.qualified(e))
		}
	})
}

// await waits until it is known where the name of l leads, beside having been
// started with the question, or nil. e is the answer that is held back; what is
// to be answered with is returned.
func (s *Server) await(ctx context.Context, l lookup, e *entry, beside *trace) *entry {
	if s.conclusive(l, e) {
		return e
	}
	if beside == nil && l.qtype != dns.TypeHTTPS && !l.group.mute(time.Now()) {
		beside = s.traceName(l)
	}
	traces := []*trace{beside}
	if len(e.targets) > 0 {
		traces = append(traces, s.traceTargets(l, e))
	}
	patience := grace
	if s.late.has(l.wire, time.Now()) {
		patience = 0
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for i := 0; i < len(traces); i++ {
		t := traces[i]
		if t == nil {
			continue
		}
		select {
		case <-t.done:
			e = t.qualified(e)
			if t == beside && t.misses(e) {
				traces = append(traces, s.traceHops(l, e, t))
			}
		case <-timer.C:
			if t == beside && patience > 0 {
				t.late()
			}
			proceed(traces)
			return e.brief()
		case <-ctx.Done():
			proceed(traces)
			return e.brief()
		}
	}
	return e
}

// conclusive reports whether where the name of e, the answer to l, leads is of no matter:
// it does not exist, or is blocked already, be it not for other answers about that name:
// a later one may be on its way.
func (s *Server) conclusive(l lookup, e *entry) bool {
	if e.rcode == dns.RcodeNameError && len(e.hops) == 0 {
		return true
	}
	m := s.judge(l, e, time.Now())
	return m.Action == rules.Block && !m.own
}

// latecomers remember the names about which nobody told in time where they
// lead: to hold their answers back again would cost everybody's time and gain
// nothing. What their servers do is of no consequence for any other name. Like
// verdicts they are bounded, have no lock and are safe for concurrent use.
type latecomers struct {
	seed  maphash.Seed
	slots [latecomerSlots]atomic.Pointer[latecomer]
}

type latecomer struct {
	name  string // in wire form and lower case
	until time.Time
}

func newLatecomers() *latecomers { return &latecomers{seed: maphash.MakeSeed()} }

func (l *latecomers) slot(name string) *atomic.Pointer[latecomer] {
	return &l.slots[maphash.String(l.seed, name)%latecomerSlots]
}

// add notes that name was late.
func (l *latecomers) add(name string, now time.Time) {
	l.slot(name).Store(&latecomer{name, now.Add(latecomerFor)})
}

// has reports whether name was late.
func (l *latecomers) has(name string, now time.Time) bool {
	n := l.slot(name).Load()
	return n != nil && n.name == name && now.Before(n.until)
}

// remove forgets name, about which there is word now.
func (l *latecomers) remove(name string) {
	slot := l.slot(name)
	if n := slot.Load(); n != nil && n.name == name {
		slot.CompareAndSwap(n, nil)
	}
}
