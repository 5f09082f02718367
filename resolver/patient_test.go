package resolver

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
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
	return p.total
}

// TestPatientShares keeps places free for others than one domain or one client.
func TestPatientShares(t *testing.T) {
	t.Parallel()
	p := newPatient(t.Context())
	defer p.cancel()
	at := func(name, client string) lookup {
		l := lookup{wire: string(mustWireName(t, name))}
		if client != "" {
			l.client = netip.MustParseAddr(client)
		}
		return l
	}
	taken := func(l func(i int) lookup) (n int) {
		for i := range patientAtOnce {
			if p.take(l(i)) {
				n++
			}
		}
		return n
	}
	got := []int{
		taken(func(i int) lookup { return at(fmt.Sprintf("n%d.slow.example", i), "") }),
		taken(func(i int) lookup { return at(fmt.Sprintf("m%d.slow.example", i), fmt.Sprintf("192.0.2.%d", i)) }),
		taken(func(i int) lookup { return at(fmt.Sprintf("a.slow%d.example", i), "192.0.2.7") }),
		taken(func(i int) lookup { return at(fmt.Sprintf("a.other%d.example", i), "") }),
	}
	if diff := cmp.Diff([]int{patientEach, 0, patientEach, patientAtOnce - 2*patientEach}, got); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
	for i := range patientEach {
		p.leave(at(fmt.Sprintf("n%d.slow.example", i), ""))
	}
	if !p.take(at("again.slow.example", "")) {
		t.Error("no place although they were given back")
	}
}
