package resolver

import (
	"net/netip"
	"testing"

	"github.com/miekg/dns"

	"sekisho/presence"
	"sekisho/resolver/datagram"
	"sekisho/rules"
)

// TestVerdicts has the policy change under names that are remembered.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	v := newVerdicts()
	before, after := policy([]string{"blocked.example"}, nil)(), policy(nil, nil)()
	for range 2 {
		for name, want := range map[string]rules.Action{"www.blocked.example.": rules.Block, "shop.example.": rules.Allow} {
			wire := []byte(mustWire(name))
			if j := v.judge(before, wire); j.Action != want {
				t.Errorf("%s: %v; want %v", name, j.Action, want)
			}
			if j := v.judge(after, wire); j.Action != rules.Allow || j.policy != after {
				t.Errorf("%s after the change: %v; want allow", name, j.Action)
			}
		}
	}
	v.clear()
	for i := range v.slots {
		if v.slots[i].Load() != nil {
			t.Fatal("a verdict outlived clear, and with it its policy")
		}
	}
}

// TestHandleAllocates counts what answers that can be had at once cost.
func TestHandleAllocates(t *testing.T) {
	table, err := presence.Open("", "")
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, Options{
		Upstreams: []string{newOrigin(t, zone(t, "shop.example. 86400 IN A 192.0.2.1")).url},
		Policy:    policy([]string{"blocked.example"}, nil),
		Presence:  table,
	})
	ask(t, s, newQuery("shop.example.", dns.TypeA, edns))
	ask(t, s, newQuery("blocked.example.", dns.TypeA, edns))
	var sum tallies
	client, buf, later := netip.MustParseAddr("127.0.0.1"), make([]byte, 0, datagram.MaxReply), sends(nil)
	for _, name := range []string{"shop.example.", "SHOP.example.", "blocked.example.", "printer.local.", "localhost."} {
		wire, err := newQuery(name, dns.TypeA, edns).Pack()
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(100, func() {
			if reply, _ := s.handle(wire, client, arrival{sum: &sum}, buf, later); reply == nil {
				t.Errorf("%s is not answered at once", name)
			}
			sum.addTo(s.counts.answers)
		}); n > 0 {
			t.Errorf("%s costs %v allocations; want none", name, n)
		}
	}
}
