package resolver

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// TestPatient has HTTPS records that always come too late for an answer: they are
// waited for beside it, and the name is blocked without being asked about again.
func TestPatient(t *testing.T) {
	t.Parallel()
	records := zone(t, targetZone)
	release := make(chan struct{})
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		if q.Question[0].Qtype == dns.TypeHTTPS {
			<-release
		}
		return records(q)
	})
	s := start(t, Options{Upstreams: []string{o.url}, Policy: policy([]string{"blocked.example"}, nil)})
	if r := ask(t, s, newQuery("alias.example.", dns.TypeA)); len(r.Answer) != 1 {
		t.Errorf("%v; want the address while nothing else is known", r)
	}
	key := appendKey(mustWireName(t, "alias.example."), dns.TypeHTTPS, false, false)
	within(t, "given up", func() bool { _, failed := s.cache.failed(key, time.Now()); return failed })
	within(t, "asked on", func() bool { return s.patient.held() == 1 })
	close(release)
	within(t, "blocked", func() bool { return ask(t, s, newQuery("alias.example.", dns.TypeA)).Rcode == dns.RcodeNameError })
	if n := o.times("alias.example.", dns.TypeA); n != 1 {
		t.Errorf("address was asked for %d times; want it from the cache", n)
	}
	within(t, "over", func() bool { return s.patient.held() == 0 })
}

func mustWireName(t *testing.T, text string) []byte {
	t.Helper()
	wire, err := wireName(text)
	if err != nil {
		t.Fatal(err)
	}
	return wire
}

func (p *patient) held() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.places)
}

// TestPatientShares has no domain and no client keep the places from others, however
// many it asks for.
func TestPatientShares(t *testing.T) {
	t.Parallel()
	at := func(name, client string) lookup {
		l := lookup{wire: string(mustWireName(t, name))}
		if client != "" {
			l.client = netip.MustParseAddr(client)
		}
		return l
	}
	p := newPatient(t.Context())
	defer p.cancel()
	taken := func(n int, l func(i int) lookup) (got []*place) {
		for i := range n {
			if pl := p.take(l(i)); pl != nil {
				got = append(got, pl)
			}
		}
		return got
	}
	held := func(zone string) int { return p.count(func(o *place) bool { return o.zone == zone }) }
	// One domain, asked for by this machine and by many.
	first := taken(patientAtOnce, func(i int) lookup { return at(fmt.Sprintf("n%d.slow.example", i), "") })
	if n := len(first) + len(taken(patientAtOnce, func(i int) lookup { return at(fmt.Sprintf("m%d.slow.example", i), fmt.Sprintf("192.0.2.%d", i)) })); n != patientEach {
		t.Errorf("%d places for one domain; want %d", n, patientEach)
	}
	// As many domains as fill all places, and then others.
	for zone := range patientAtOnce / patientEach {
		taken(patientEach, func(i int) lookup { return at(fmt.Sprintf("n%d.flood%d.example", i, zone), "") })
	}
	if p.held() != patientAtOnce || first[0].ctx.Err() == nil {
		t.Errorf("%d places, the oldest of whoever has most ended: %v; want all, and it", p.held(), first[0].ctx.Err())
	}
	victim := p.take(at("late.shop.example", ""))
	for round := range 4 {
		for zone := range patientAtOnce / patientEach {
			taken(patientEach, func(i int) lookup { return at(fmt.Sprintf("r%d-%d.flood%d.example", round, i, zone), "") })
		}
	}
	if victim == nil || victim.ctx.Err() != nil || held("shop.example") != 1 || p.held() != patientAtOnce {
		t.Errorf("place of another domain: %v; want one that it keeps", victim)
	}
	p.leave(victim)
	if p.take(at("again.shop.example", "")) == nil || p.held() != patientAtOnce {
		t.Error("no place although one was given back")
	}
	// A client's own, which a page that it has open asks for.
	p = newPatient(t.Context())
	defer p.cancel()
	page := taken(patientAtOnce, func(i int) lookup { return at(fmt.Sprintf("n%d.page.example", i), "192.0.2.7") })
	other := p.take(at("late.other.example", "192.0.2.7"))
	if len(page) != patientEach || other == nil || page[0].ctx.Err() == nil || page[1].ctx.Err() != nil || p.asked.has(page[0].name, time.Now()) {
		t.Errorf("%d places of a page, then %v for another of its client; want that in the place of the page's oldest", len(page), other)
	}
	if p.take(at("late.third.example", "192.0.2.7")) == nil || p.take(at("late.fourth.example", "192.0.2.7")) == nil || p.take(at("late.fifth.example", "192.0.2.7")) != nil {
		t.Error("want a client to have four places, one for each domain if it asks for four")
	}
}
