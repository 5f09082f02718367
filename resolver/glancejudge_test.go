package resolver

import (
	"net/netip"
	"testing"

	"github.com/miekg/dns"
)

// TestGlanceJudged: the judgement that comes with a glance is the one that the
// answer gets otherwise.
func TestGlanceJudged(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name         string
		block, allow []string
		via          string
	}{
		{name: "nothing listed"},
		{name: "the name", block: []string{"example"}},
		{name: "an address", block: []string{"192.0.2.2"}, via: "192.0.2.2"},
		{name: "an address of an allowed name", block: []string{"192.0.2.2"}, allow: []string{"shop.example"}, via: "192.0.2.2"},
		{name: "allowed", allow: []string{"shop.example"}},
	} {
		p := policy(tt.block, tt.allow)
		set, err := newSettings(Options{Upstreams: []string{"udp://192.0.2.1"}, Policy: p}, netip.AddrPort{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		l := lookup{wire: shop, qtype: dns.TypeA, group: set.main, settings: set}
		e := glance(replyTo(t, dns.TypeA, true, []string{"shop.example. 60 IN A 192.0.2.1", "shop.example. 60 IN A 192.0.2.2"}, nil, edns), l, newVerdicts())
		if e == nil {
			t.Fatal("not taken")
		}
		bare := &entry{host: e.host, addrs: e.addrs}
		got, want := e.judge(p(), nil), bare.judge(p(), nil)
		if got.Verdict != want.Verdict || got.via != want.via || got.note != want.note || got.via.String() != tt.via {
			t.Errorf("%s: %+v; want %+v, by way of %q", tt.name, got, want, tt.via)
		}
	}
}
