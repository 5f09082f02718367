package resolver

import (
	"context"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"github.com/miekg/dns"

	"sekisho/hostname"
	"sekisho/journal"
	"sekisho/resolver/datagram"
)

// TestCalled: events call a host as they are told to, and say no more of where it leads
// then; one that is to be called by its name has all of it. Once for each event, before the
// answer: what was recorded a moment ago waits for nobody.
func TestCalled(t *testing.T) {
	t.Parallel()
	j, path := openJournal(t)
	site, err := hostname.Parse("blocked.example")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	asked := map[string]int{}
	s := start(t, Options{
		Upstreams: []string{newOrigin(t, zone(t, "himitsu.shop.example. 300 IN CNAME himitsu.blocked.example.\nhimitsu.blocked.example. 300 IN A 192.0.2.1\n"+
			"www.shop.example. 300 IN CNAME www.blocked.example.\nwww.blocked.example. 300 IN A 192.0.2.1")).url},
		Journal: j, Policy: policy([]string{"blocked.example"}, nil),
		Called: func(_ context.Context, _ netip.Addr, host hostname.Name) hostname.Name {
			mu.Lock()
			asked[host.String()]++
			mu.Unlock()
			if name := host.String(); strings.HasPrefix(name, "himitsu.") {
				called, err := hostname.Parse(strings.TrimPrefix(name, "himitsu."))
				if err != nil {
					t.Error(err)
				}
				return called
			}
			return host
		},
	})
	for _, name := range []string{"himitsu.blocked.example.", "himitsu.blocked.example.", "www.blocked.example.", "himitsu.shop.example.", "www.shop.example."} {
		isBlocked(t, ask(t, s, newQuery(name, dns.TypeA, edns)))
	}
	got := map[string]string{}
	for _, e := range events(t, path) {
		if e.Action == string(journal.ActionBlock) {
			got[e.Host] = e.Detail
		}
	}
	for host, leads := range map[string]string{"blocked.example": "", "www.blocked.example": "", "shop.example": "leads to " + site.String(), "www.shop.example": "leads to www.blocked.example"} {
		detail, ok := got[host]
		if !ok || !strings.HasPrefix(detail, leads) || strings.Contains(detail, "himitsu") {
			t.Errorf("%s: detail %q; want %q", host, detail, leads)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if n := asked["himitsu.blocked.example"]; n != 2 { // of its own event, and where another leads
		t.Errorf("what it is called was asked %d times; want 2", n)
	}
	wire, err := newQuery("himitsu.blocked.example.", dns.TypeA, edns).Pack()
	if err != nil {
		t.Fatal(err)
	}
	if reply, _ := s.handle(wire, netip.MustParseAddr("127.0.0.1"), arrival{}, make([]byte, 0, datagram.MaxReply), nil); reply == nil {
		t.Error("an answer whose event is there waits")
	}
}
