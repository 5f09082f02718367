package resolver

import (
	"fmt"
	"testing"
	"time"

	"github.com/miekg/dns"
)

func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	c := newCache(64 << 10)
	for i := range 10_000 {
		c.put(fmt.Sprint("key", i, "tail"), &entry{answer: answer{records: make([]byte, 100)}, ttl: time.Minute, stored: time.Now()})
		if c.bytes > c.limit || len(c.names) != c.used.Len() {
			t.Fatalf("%d bytes, %d names, %d in order; want at most %d bytes", c.bytes, len(c.names), c.used.Len(), c.limit)
		}
	}
	if c.get([]byte("key9999tail"), time.Now()).entry == nil || c.get([]byte("key0tail"), time.Now()).entry != nil {
		t.Error("want the latest kept and the first gone")
	}
	c.put("big", &entry{answer: answer{records: make([]byte, 60<<10)}, ttl: time.Minute, stored: time.Now()})
	if c.get([]byte("big"), time.Now()).entry != nil {
		t.Error("an answer that would push out all others is kept")
	}
	for i := range 2 * maxFailures {
		c.fail(fmt.Sprint("key", i), remark{}, time.Now())
	}
	if len(c.failures) > maxFailures {
		t.Errorf("%d failures remembered; want at most %d", len(c.failures), maxFailures)
	}
}

// TestTTL has TTLs count down, expire, and stay within bounds.
func TestTTL(t *testing.T) {
	t.Parallel()
	o := newOrigin(t, zone(t, `
		shop.example. 60 IN A 192.0.2.1
		never.example. 0 IN A 192.0.2.1
		huge.example. 2147483647 IN A 192.0.2.1
		odd.example. 4294967295 IN A 192.0.2.1`))
	s := start(t, Options{Upstreams: []string{o.url}})
	ttl := func(name string) uint32 {
		t.Helper()
		r := ask(t, s, newQuery(name, dns.TypeA))
		if len(r.Answer) != 1 {
			t.Fatalf("%s: %v; want an answer", name, r)
		}
		return r.Answer[0].Header().Ttl
	}
	if got := ttl("shop.example."); got > 60 || got < 59 {
		t.Errorf("TTL %d; want 60", got)
	}
	s.age("shop.example.", dns.TypeA, 40*time.Second)
	if got := ttl("shop.example."); got > 20 || got < 15 || o.times("shop.example.", dns.TypeA) != 1 {
		t.Errorf("TTL %d after 40 s; want 20", got)
	}
	s.age("shop.example.", dns.TypeA, 21*time.Second)
	if got := ttl("shop.example."); got > 60 || got < 59 || o.times("shop.example.", dns.TypeA) != 2 {
		t.Errorf("TTL %d after 61 s; want a new answer", got)
	}
	for name, want := range map[string]uint32{"never.example.": 0, "huge.example.": 86400, "odd.example.": 0} {
		if got := ttl(name); got != want {
			t.Errorf("%s: TTL %d; want %d", name, got, want)
		}
	}
	// What does not exist is believed for as long as the SOA says.
	for range 3 {
		r := ask(t, s, newQuery("none.example.", dns.TypeA))
		if r.Rcode != dns.RcodeNameError || len(r.Ns) != 1 || r.Ns[0].Header().Ttl > 900 {
			t.Errorf("reply %v; want NXDOMAIN with a SOA", r)
		}
	}
	if n := o.times("none.example.", dns.TypeA); n != 1 {
		t.Errorf("upstream was asked %d times; want 1", n)
	}
}
