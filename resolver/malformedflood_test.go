package resolver

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"

	"sekisho/resolver/admission"
	"sekisho/resolver/upstream"
)

// TestMalformedFlood has several clients ask for ever so many names about which
// nothing comes but what cannot be read. Another client's questions, asked after all
// of these, are answered before them.
func TestMalformedFlood(t *testing.T) {
	t.Parallel()
	const zoneOfFlood = "flood.example."
	over := make(chan struct{})
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		r, name := new(dns.Msg).SetReply(q), q.Question[0].Name
		switch {
		case !dns.IsSubDomain(zoneOfFlood, name):
			return address(t, q)
		case q.IsEdns0() != nil:
			r.Answer = []dns.RR{rawRecord(name, q.Question[0].Qtype, "a")}
		}
		return r
	})
	s := start(t, Options{
		Upstreams: []string{o.url},
		Clients:   append([]netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}, loopbackOnly...),
	})
	var waiting sync.WaitGroup
	ask := func(client, name string, told func(*dns.Msg)) {
		wire, err := newQuery(name, dns.TypeA, edns).Pack()
		if err != nil {
			t.Fatal(err)
		}
		waiting.Add(1)
		answer := func(reply []byte) { defer waiting.Done(); told(unpack(t, wire, reply)) }
		if reply, waits := s.handle(wire, netip.MustParseAddr(client), arrival{tcp: true}, nil, sends(answer)); !waits {
			answer(reply)
		}
	}
	const flooders, others = 6, 20
	var flooded, answered atomic.Int32
	for i := range flooders * maxMisses {
		ask(fmt.Sprintf("192.0.2.%d", 1+i%flooders), fmt.Sprintf("n%d.%s", i, zoneOfFlood), func(*dns.Msg) { flooded.Add(1) })
	}
	before := flooded.Load() // on a slow machine some are over before the last is asked
	for i := range others {
		ask("192.0.2.99", fmt.Sprintf("n%d.example.", i), func(r *dns.Msg) {
			if len(r.Answer) != 1 {
				t.Errorf("%v; want an answer", r)
			}
			if answered.Add(1) == others {
				if n := flooded.Load() - before; n > flooders*maxMisses/2 {
					t.Errorf("%d questions of the flood were over before another client's", n)
				}
				close(over)
			}
		})
	}
	<-over
	waiting.Wait()
}

// TestMalformedIsAnAnswer has a server whose answers cannot be read: it is up until a
// trial finds the fault with it, or where nobody else can be at fault.
func TestMalformedIsAnAnswer(t *testing.T) {
	t.Parallel()
	var s nameserver
	tried := 0
	s.legibility.try = func() { tried++ }
	for range admission.MostUpstream {
		s.places.Answered()
	}
	for range 2 * garbledAfter {
		s.failed(dns.TypeA, fmt.Errorf("%w; and more", upstream.ErrMalformed), time.Now())
	}
	if s.down(time.Now()) || !s.places.Brisk() || tried != 1 {
		t.Errorf("down %v, all its places left %v, tried %d times; want it up with all, and tried once", s.down(time.Now()), s.places.Brisk(), tried)
	}
	s.legibility.try = nil
	s.failed(dns.TypeA, upstream.ErrMalformed, time.Now())
	if !s.down(time.Now()) {
		t.Error("up, though nobody else is at fault")
	}
	s.hit(dns.TypeA)
	for range downAfter {
		s.failed(dns.TypeA, context.DeadlineExceeded, time.Now())
	}
	if !s.down(time.Now()) {
		t.Error("up, without an answer")
	}
}
