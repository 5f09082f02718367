package resolver

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"sekisho/resolver/upstream"
)

// TestClientQueues has one client take all places of a silent server, and another come.
func TestClientQueues(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lim limiter
		lim.added = mostSilent - perUpstream
		flooder, other := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
		enter := func(client netip.Addr, n int) (permits []*permit) {
			for range n {
				permits = append(permits, lim.enter(t.Context(), client))
			}
			return permits
		}
		flood := enter(flooder, mostSilent-2)
		lim.added, lim.latest = 0, time.Now()
		waits := enter(flooder, 2)
		if few := enter(other, 2); !few[0].admitted() || !few[1].admitted() || waits[1].admitted() {
			t.Error("a client with few exchanges waits for a place, or one with many does not")
		}
		late := enter(other, 2)
		time.Sleep(pace)
		synctest.Wait()
		if !late[1].admitted() || waits[1].admitted() || !errors.Is(context.Cause(flood[0].ctx), errGivenUp) {
			t.Error("want the other client's latest in the place of the flooder's oldest")
		}
		lim.added = mostSilent - perUpstream
		flood[1].leave()
		if !late[0].admitted() || waits[0].admitted() {
			t.Error("want who has fewest places to have the next")
		}
		flood[2].leave()
		if !waits[0].admitted() || waits[1].admitted() {
			t.Error("want who has waited longest to have the next of its client's")
		}
		waits[1].leave()
		for lim.inFlight.Len() > 0 {
			oldest(&lim.inFlight).leave()
		}
		if n := lim.clients.crowded(); n != 0 {
			t.Errorf("%d clients still have places", n)
		}
		for i := range mostSilent {
			lim.enter(t.Context(), netip.AddrFrom4([4]byte{198, 51, 100, byte(i)})).leave()
		}
		if n := len(lim.clients.byClient); n > keptQueues {
			t.Errorf("%d clients still known; want %d at most", n, keptQueues)
		}
	})
}

// TestGiveWay gives places back while there is room aside, and ends nothing for it.
func TestGiveWay(t *testing.T) {
	t.Parallel()
	var lim limiter
	var permits []*permit
	for i := range perUpstream {
		p := lim.enter(t.Context(), netip.Addr{})
		p.giveWay(fmt.Sprint(i % 2))
		p.giveWay(fmt.Sprint(i % 2)) // does no harm
		permits = append(permits, p)
	}
	if a, n := lim.aside.Len(), lim.inFlight.Len(); a != 2*asideEach || n != perUpstream-a {
		t.Errorf("%d aside, %d in flight; want %d of each holder aside and the rest in flight", a, n, asideEach)
	}
	for _, p := range permits {
		if p.ctx.Err() != nil {
			t.Fatal("an exchange was ended")
		}
		p.leave()
	}
	if lim.aside.Len()+lim.inFlight.Len()+lim.clients.crowded() != 0 {
		t.Error("something is left")
	}
}

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
	places := &s.settings.Load().main.servers[0].places
	wantLanes := func() {
		places.mu.Lock()
		defer places.mu.Unlock()
		if n := len(places.clients.byClient); n < flooders || places.clients.byClient[netip.Addr{}] != nil {
			t.Errorf("%d clients have places, some nobody's: %v; want each to have its own", n, places.clients.byClient[netip.Addr{}] != nil)
		}
	}
	wantLanes()
	<-over
	wantLanes()
	waiting.Wait()
}

// TestMalformedIsAnAnswer has a server whose answers cannot be read: it is up until a
// trial finds the fault with it, or where nobody else can be at fault.
func TestMalformedIsAnAnswer(t *testing.T) {
	t.Parallel()
	var s nameserver
	tried := 0
	s.legibility.try = func() { tried++ }
	s.places.added = perUpstream
	for range 2 * garbledAfter {
		s.failed(dns.TypeA, fmt.Errorf("%w; and more", upstream.ErrMalformed), time.Now())
	}
	if s.down(time.Now()) || s.places.added != perUpstream || tried != 1 {
		t.Errorf("down %v, %d places more, tried %d times; want it up with %d, and tried once", s.down(time.Now()), s.places.added, tried, perUpstream)
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
