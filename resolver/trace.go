package resolver

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"

	"sekisho/hostname"
)

const (
	// maxFollow bounds the names asked about for one: itself, the aliases of the
	// longest chain that is answered, and some that these lead to. RFC 9460, section
	// 3.1, has clients stop at a number of aliases of their choice; who leads through
	// more is not answered.
	maxFollow = 1 + maxHops + 4
	// grace is how much longer an answer is held back for the verdict on where
	// its name leads. What comes later counts from then on.
	grace = 300 * time.Millisecond
	// calmFlights is up to how many questions under way those about the way are
	// asked at once. Beyond, they are asked when there is an answer to judge,
	// so that names which nobody answers for cost one question each; if nearly all
	// are answered for, beyond briskFlights only, which is cheaper.
	calmFlights  = maxFlights / 2
	briskFlights = maxFlights * 3 / 4
)

// A trace finds out where the HTTPS or SVCB records of a name lead. It takes
// no goroutine of its own: each step is taken when the one before has landed.
type trace struct {
	server *Server
	lookup
	// key is that of the answer whose targets are followed, by asking for asks.
	key  string
	asks uint16
	// judged is the judgement so far: once it is final the way is not followed
	// any further.
	judged *judgement
	hops   []hostname.Name
	// queue holds the names to ask about, seen those that were.
	queue, seen []string
	// room is for the first of each, which most are alone.
	room [2]string
	// heard is set when the first step has landed, done closed at the end; by
	// then lost tells that a step came to nothing, and cut that the name leads
	// further than is followed, be it that it did before.
	heard atomic.Bool
	lost  bool
	cut   bool
	done  chan struct{}
	// step is the key of the step under way, answered is set when the answer was
	// given without t.
	step     atomic.Pointer[string]
	answered atomic.Bool
	// after is called then, if it is set.
	after atomic.Pointer[func()]
}

// arpa is where the names of addresses are.
var arpa = suffixes[struct{}]{mustWire("arpa"): {}}

// seeks reports whether where l leads can change the verdict, and is to be
// found out. Names of the office's own servers are the owner's, and those of
// addresses are no hosts.
func (s *Server) seeks(l lookup) bool {
	if l.group.private {
		return false
	}
	if _, _, address := arpa.find([]byte(l.wire)); address {
		return false
	}
	j := s.verdicts.judge(l.settings.policy(), []byte(l.wire))
	return !j.host.IsZero() && !j.final()
}

// traceBeside starts to find out where the name of l leads while something
// else is asked about it. It returns nil if that must wait for an answer.
func (s *Server) traceBeside(now time.Time, l lookup) *trace {
	switch {
	case l.qtype == dns.TypeHTTPS, l.group.deaf(now):
		return nil
	case s.flights.calm(), s.flights.brisk() && l.group.brisk(now):
		return s.traceName(l)
	}
	return nil
}

// traceName starts to find out where the name of l leads.
func (s *Server) traceName(l lookup) *trace {
	asks := l
	asks.qtype = dns.TypeHTTPS
	t := &trace{lookup: l, key: asks.key(), asks: dns.TypeHTTPS}
	t.room[0] = l.wire
	t.queue, t.seen = t.room[:1:1], t.room[1:1]
	return s.trace(t)
}

// traceTargets starts to follow the targets of e, the answer to l.
func (s *Server) traceTargets(l lookup, e *entry) *trace {
	t := &trace{lookup: l, key: l.key(), asks: l.qtype, hops: slices.Clip(e.hops), seen: []string{l.wire}}
	t.point(e)
	return s.trace(t)
}

func (s *Server) trace(t *trace) *trace {
	t.server, t.done = s, make(chan struct{})
	t.judged = s.verdicts.judge(t.settings.policy(), []byte(t.wire))
	if !t.judged.final() {
		t.follow(t.hops)
	}
	t.next()
	return t
}

// next takes the next step, or ends the trace if there is none.
func (t *trace) next() {
	for len(t.queue) > 0 && !t.tooFar() && !t.judged.final() {
		l := t.lookup
		l.wire, l.qtype = t.queue[0], t.asks
		t.queue = t.queue[1:]
		if slices.Contains(t.seen, l.wire) {
			continue
		}
		t.seen = append(t.seen, l.wire)
		if l.wire != t.wire && !t.leadsOn(l) {
			continue
		}
		key := &t.key
		if l.wire != t.wire {
			other := l.key()
			key = &other
		}
		t.step.Store(key)
		t.server.fetchRaw(l, t.take)
		t.yield()
		return
	}
	t.settle(time.Now())
	close(t.done)
	if after := t.after.Swap(nil); after != nil {
		(*after)()
	}
}

// tooFar reports whether t leads further than is followed, which is known before
// all of it was asked.
func (t *trace) tooFar() bool {
	n := len(t.seen)
	for i, name := range t.queue {
		if !slices.Contains(t.seen, name) && !slices.Contains(t.queue[:i], name) {
			n++
		}
		if n > maxFollow {
			break
		}
	}
	t.cut = t.cut || n > maxFollow
	return t.cut
}

// then has f called when t is done, once: now or later.
func (t *trace) then(f func()) {
	t.after.Store(&f)
	if t.over() {
		if after := t.after.Swap(nil); after != nil {
			f()
		}
	}
}

// over reports whether t is done.
func (t *trace) over() bool {
	select {
	case <-t.done:
		return true
	default:
		return false
	}
}

// point queues the targets of e.
func (t *trace) point(e *entry) {
	for _, target := range e.targets {
		if wire, err := wireName(target); err == nil {
			t.queue = append(t.queue, string(wire))
		}
	}
}

// leadsOn reports whether what l is about is to be asked: names that are not
// sent upstream, or not to those that answer for the first, end the way, and
// so do those whose verdict is clear.
func (t *trace) leadsOn(l lookup) bool {
	wire := []byte(l.wire)
	if _, forwarded := t.settings.groupOf(wire); forwarded {
		return false
	}
	local, _ := specialOf(wire)
	return local == 0 && t.server.seeks(l)
}

// follow judges hops as well. What is judged so far may be others' too.
func (t *trace) follow(hops []hostname.Name) {
	if len(hops) == 0 {
		return
	}
	if j := *t.judged; j.follow(hops) {
		t.judged = &j
	}
}

// take takes in the answer to a step.
func (t *trace) take(l landing) {
	first := !t.heard.Swap(true)
	if l.entry != nil {
		if first {
			t.server.late.remove(t.wire)
		}
		t.cut = t.cut || l.entry.endless
		t.hops = append(t.hops, l.entry.hops...)
		t.follow(l.entry.hops)
		t.point(l.entry)
	} else {
		t.lost = true
		asked := t.lookup
		asked.wire, asked.qtype = t.seen[len(t.seen)-1], t.asks
		t.server.insist(t, asked, l.err)
	}
	t.next()
}
