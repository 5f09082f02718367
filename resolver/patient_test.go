package resolver

import (
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
	within(t, "asked on", func() bool { return len(s.patient.places) == 1 })
	close(release)
	within(t, "blocked", func() bool { return ask(t, s, newQuery("alias.example.", dns.TypeA)).Rcode == dns.RcodeNameError })
	if n := o.times("alias.example.", dns.TypeA); n != 1 {
		t.Errorf("address was asked for %d times; want it from the cache", n)
	}
	within(t, "over", func() bool { return len(s.patient.places) == 0 })
}

func mustWireName(t *testing.T, text string) []byte {
	t.Helper()
	wire, err := wireName(text)
	if err != nil {
		t.Fatal(err)
	}
	return wire
}
