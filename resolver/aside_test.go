package resolver

import (
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"

	"sekisho/resolver/admission"
)

// TestSilentLeads has somebody ask for ever new names whose addresses come at once and
// whose HTTPS records never: what others ask for is answered all the same. A client is
// held to its account, this machine, which has none, to what may go on aside.
func TestSilentLeads(t *testing.T) {
	t.Parallel()
	for who, flooder := range map[string]string{"client": "192.0.2.66", "this machine": "127.0.0.1"} {
		t.Run(who, func(t *testing.T) { silentLeads(t, netip.MustParseAddr(flooder)) })
	}
}

func silentLeads(t *testing.T, flooder netip.Addr) {
	t.Helper()
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		name, r := q.Question[0].Name, new(dns.Msg).SetReply(q)
		switch {
		case q.Question[0].Qtype == dns.TypeA:
			rr, _ := dns.NewRR(name + " 300 IN A 192.0.2.1")
			r.Answer = []dns.RR{rr}
		case strings.HasSuffix(name, ".slow.example."):
			return nil
		default:
			r.Ns = []dns.RR{soa("example.", 300)}
		}
		return r
	})
	s := start(t, Options{Upstreams: []string{o.url}, Clients: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("127.0.0.0/8")}})
	other := netip.MustParseAddr("192.0.2.67")
	put := func(name string, client netip.Addr, told func(rcode int)) {
		q := newQuery(name, dns.TypeA, edns)
		wire, err := q.Pack()
		if err != nil {
			t.Error(err)
			return
		}
		send := func(reply []byte) { told(int(reply[3] & 0xf)) }
		if reply, waits := s.handle(wire, client, arrival{tcp: true}, nil, sends(send)); !waits {
			send(reply)
		}
	}
	var stop atomic.Bool
	var flood sync.WaitGroup
	var asked atomic.Int64
	for i := range maxMisses {
		flood.Go(func() {
			for n := 0; !stop.Load(); n++ {
				done := make(chan struct{})
				put(fmt.Sprintf("n%d-%d.slow.example.", i, n), flooder, func(int) { close(done) })
				<-done
				asked.Add(1)
				time.Sleep(5 * time.Millisecond) // it was turned away
			}
		})
	}
	within(t, "a flood", func() bool { return asked.Load() > 8*maxMisses })
	failed := 0
	for round := range 4 {
		rcodes := make(chan int, 10)
		for i := range cap(rcodes) {
			put(fmt.Sprintf("v%d-%d.shop.example.", round, i), other, func(rcode int) { rcodes <- rcode })
		}
		for range cap(rcodes) {
			if <-rcodes != dns.RcodeSuccess {
				failed++
			}
		}
	}
	stop.Store(true)
	flood.Wait()
	if failed > 0 {
		t.Errorf("%d of 40 questions of another client failed", failed)
	}
	s.flights.mu.Lock()
	leads := s.flights.leads[flooder]
	s.flights.mu.Unlock()
	if leads > 2*maxMisses {
		t.Errorf("%d questions about where names lead on one account", leads)
	}
}

// TestAskedForAside has somebody ask for HTTPS records that are under way aside, and
// others push that out: it is asked for once more, and no failure.
func TestAskedForAside(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		name, r := q.Question[0].Name, new(dns.Msg).SetReply(q)
		if q.Question[0].Qtype == dns.TypeHTTPS {
			<-release
			r.Ns = []dns.RR{soa("example.", 300)}
			return r
		}
		rr, _ := dns.NewRR(name + " 300 IN A 192.0.2.1")
		r.Answer = []dns.RR{rr}
		return r
	})
	s := start(t, Options{Upstreams: []string{o.url}})
	ask(t, s, newQuery("n.slow.example.", dns.TypeA))
	wire, err := newQuery("n.slow.example.", dns.TypeHTTPS).Pack()
	if err != nil {
		t.Fatal(err)
	}
	rcode := make(chan byte, 1)
	send := func(reply []byte) { rcode <- reply[3] & 0xf }
	if _, waits := s.handle(wire, netip.MustParseAddr("127.0.0.1"), arrival{tcp: true}, nil, sends(send)); !waits {
		t.Fatal("answered at once")
	}
	before := o.times("n.slow.example.", dns.TypeHTTPS)
	var others sync.WaitGroup
	for i := range admission.AsideEach {
		others.Go(func() { ask(t, s, newQuery(fmt.Sprintf("n%d.slow.example.", i), dns.TypeA)) })
	}
	others.Wait()
	within(t, "asked for once more, or answered", func() bool {
		return len(rcode) > 0 || o.times("n.slow.example.", dns.TypeHTTPS) > before
	})
	close(release)
	if got := <-rcode; got != dns.RcodeSuccess {
		t.Errorf("rcode %d; want an answer", got)
	}
}
