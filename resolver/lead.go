package resolver

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"

	"sekisho/rules"
)

// leadTTL is for how long an answer holds at most that was given before it
// was known where its name leads: the verdict may come a moment later.
const leadTTL = 10 * time.Second

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

// holdBack keeps e until it is known where the name leads, for a moment.
func (fq *fastQuery) holdBack(e *entry) {
	var told atomic.Bool
	timer := time.AfterFunc(grace, func() {
		if !told.Swap(true) {
			fq.beside.late()
			fq.beside.proceed()
			fq.finish(e.brief())
		}
	})
	fq.beside.then(func() {
		if !told.Swap(true) {
			timer.Stop()
			if fq.beside.misses(e) {
				go fq.arrive(e)
				return
			}
			fq.finish(fq.beside.qualified(e))
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
	if beside == nil && l.qtype != dns.TypeHTTPS && !l.group.deaf(time.Now()) {
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
