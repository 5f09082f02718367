package resolver

import (
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"

	"sekisho/resolver/admission"
)

// TestReloadMeanwhile has the answer of the office's server come when that is no longer
// asked: it is not kept, neither soon nor late.
func TestReloadMeanwhile(t *testing.T) {
	t.Parallel()
	for name, wait := range map[string]time.Duration{"soon": 0, "late": 2 * hedgeAfter} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked, hold := make(chan struct{}, 8), make(chan struct{})
			release := sync.OnceFunc(func() { close(hold) })
			private := zone(t, "nas.office.example. 300 IN A 10.0.0.1")
			office := newOrigin(t, func(q *dns.Msg) *dns.Msg {
				asked <- struct{}{}
				<-hold
				return private(q)
			})
			t.Cleanup(release)
			public := newOrigin(t, zone(t, "nas.office.example. 300 IN A 192.0.2.1"))
			s := start(t, Options{Upstreams: []string{public.url}, Forward: map[string][]string{"office.example": {office.url}}})
			answered := make(chan []byte, 1)
			later(t, s, "nas.office.example.", func(reply []byte) { answered <- reply })
			<-asked
			time.Sleep(wait)
			if err := s.Reload(Options{Upstreams: []string{public.url}}); err != nil {
				t.Fatal(err)
			}
			release()
			<-answered
			within(t, "landed", func() bool { return s.flights.underWay() == 0 })
			r := ask(t, s, newQuery("nas.office.example.", dns.TypeA))
			if len(r.Answer) != 1 || r.Answer[0].(*dns.A).A.String() != "192.0.2.1" {
				t.Errorf("after the reload: %v; want the public answer", r)
			}
		})
	}
}

// TestPushedOut has a question that goes on aside pushed out by others: that is no
// failure to remember, and who asks it is answered.
func TestPushedOut(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	release := sync.OnceFunc(func() { close(hold) })
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		name, r := q.Question[0].Name, new(dns.Msg).SetReply(q)
		if q.Question[0].Qtype == dns.TypeHTTPS {
			<-hold
			r.Ns = []dns.RR{soa("example.", 300)}
			return r
		}
		rr, _ := dns.NewRR(name + " 300 IN A 192.0.2.1")
		r.Answer = []dns.RR{rr}
		return r
	})
	t.Cleanup(release)
	s := start(t, Options{Upstreams: []string{o.url}})
	ask(t, s, newQuery("n.slow.example.", dns.TypeA)) // its HTTPS question goes on aside
	key := lookup{wire: mustWire("n.slow.example"), qtype: dns.TypeHTTPS}.key()
	underWay := func() bool {
		s.flights.mu.Lock()
		defer s.flights.mu.Unlock()
		return s.flights.byKey[key] != nil
	}
	if !underWay() {
		t.Fatal("the HTTPS question does not go on")
	}
	var others sync.WaitGroup
	for i := range admission.AsideEach {
		others.Go(func() { ask(t, s, newQuery(fmt.Sprintf("n%d.slow.example.", i), dns.TypeA)) })
	}
	others.Wait()
	within(t, "pushed out", func() bool { return !underWay() })
	release()
	if r := ask(t, s, newQuery("n.slow.example.", dns.TypeHTTPS)); r.Rcode != dns.RcodeSuccess {
		t.Errorf("asked for after that: %v; want an answer", r)
	}
}

// TestFullOfLeads has a client that has as many questions about where names lead under
// way as it may have: it asks nothing more, and others do.
func TestFullOfLeads(t *testing.T) {
	t.Parallel()
	f := newFlights()
	client, other := account(netip.MustParseAddr("192.0.2.1")), account(netip.MustParseAddr("192.0.2.2"))
	told := func(landing) {}
	join := func(name string, w waiter) bool {
		_, _, ok := f.join([]byte(name), nil, w)
		return ok
	}
	var last *flight
	for i := range maxMisses {
		fl, _, ok := f.join(fmt.Appendf(nil, "lead%d", i), nil, waiter{told: told, raw: true, client: client})
		if !ok {
			t.Fatalf("lead %d was not let in", i)
		}
		last = fl
	}
	if join("question", waiter{told: told, client: client}) {
		t.Error("one more question of that client was let in")
	}
	if !join("question", waiter{told: told, client: other}) || !join("of this machine", waiter{told: told}) {
		t.Error("a question of another client was not let in")
	}
	if !join("lead", waiter{told: told, raw: true, client: client}) {
		t.Error("where the name of a question that was let in leads is not found out")
	}
	for _, fl := range []*flight{last, f.byKey["lead"]} {
		f.release(fl, landing{}, true)
	}
	if !join("next", waiter{told: told, client: client}) {
		t.Error("the client may ask nothing more though some are over")
	}
}

// TestLeftEarly leaves a server before and after its head start is over: it is down for
// the latter alone.
func TestLeftEarly(t *testing.T) {
	t.Parallel()
	s, err := New(Options{Upstreams: []string{"udp://192.0.2.1"}})
	if err != nil {
		t.Fatal(err)
	}
	server, now := s.settings.Load().main.servers[0], time.Now()
	for range 2 * downAfter {
		server.unheard(dns.TypeA, hedgeAfter-1, admission.ErrGivenUp, now)
	}
	if server.down(now) {
		t.Error("down for what another server answered before its head start was over")
	}
	for range downAfter {
		server.unheard(dns.TypeA, hedgeAfter, admission.ErrGivenUp, now)
	}
	if !server.down(now) {
		t.Error("not down after so many that it did not answer")
	}
}

// TestDeafServerLast asks a server that answers no HTTPS questions first, but for those.
func TestDeafServerLast(t *testing.T) {
	t.Parallel()
	s, err := New(Options{Upstreams: []string{"udp://192.0.2.1", "udp://192.0.2.2"}})
	if err != nil {
		t.Fatal(err)
	}
	g, now := s.settings.Load().main, time.Now()
	first, second := g.servers[0], g.servers[1]
	first.hearing.judged(true, now)
	for qtype, want := range map[uint16]*nameserver{dns.TypeA: first, dns.TypeAAAA: first, dns.TypeHTTPS: second, dns.TypeSVCB: second} {
		if order := g.order(qtype, now); len(order) != 2 || order[0] != want {
			t.Errorf("%s: %v; want %v first of two", dns.Type(qtype), order, want)
		}
	}
}

// TestDenial has authority sections with more than a denial has.
func TestDenial(t *testing.T) {
	t.Parallel()
	sig := func(owner, of string) string {
		return owner + " 300 IN RRSIG " + of + " 8 2 300 20300101000000 20200101000000 1 example. AAAA"
	}
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		r := new(dns.Msg).SetReply(q)
		for _, text := range []string{
			"example. 300 IN SOA ns.example. who.example. 1 1 1 1 200", "shop.example. 300 IN SOA ns.shop.example. who.example. 2 2 2 2 100",
			"other.test. 300 IN SOA ns.other.test. who.other.test. 3 3 3 3 100", "shop.example. 300 IN NSEC a.shop.example. TXT", "example. 300 IN NS ns.example.",
			sig("example.", "SOA"), sig("shop.example.", "NSEC"), sig("example.", "NS"), sig("shop.example.", "A"), sig("shop.example.", "DS"),
		} {
			rr, err := dns.NewRR(text)
			if err != nil {
				panic(err)
			}
			r.Ns = append(r.Ns, rr)
		}
		return r
	})
	s := start(t, Options{Upstreams: []string{o.url}})
	for _, edit := range []func(*dns.Msg){edns, dnssec} {
		q := newQuery("shop.example.", dns.TypeA, edit)
		var kinds []string
		r := ask(t, s, q)
		for _, rr := range r.Ns {
			kind := dns.Type(rr.Header().Rrtype).String()
			if sig, ok := rr.(*dns.RRSIG); ok {
				kind += " " + dns.Type(sig.TypeCovered).String()
			}
			kinds = append(kinds, kind)
		}
		want := "SOA"
		if q.IsEdns0().Do() {
			want = "SOA, NSEC, RRSIG SOA, RRSIG NSEC"
		}
		if got := strings.Join(kinds, ", "); got != want {
			t.Errorf("authority has %s; want %s", got, want)
		} else if r.Ns[0].Header().Name != "example." || r.Ns[0].Header().Ttl != 200 {
			t.Errorf("SOA %v; want the first, for 200 s", r.Ns[0])
		}
	}
}
