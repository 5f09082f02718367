package resolver

import (
	"testing"

	"github.com/miekg/dns"
)

// TestGlanceJudged: an answer taken in at a glance is judged as any other is.
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
		s := wired(t)
		set := s.settings.Load()
		set.policy = p
		l := lookup{wire: shop, qtype: dns.TypeA, group: set.main, settings: set}
		e := glance(replyTo(t, dns.TypeA, true, []string{"shop.example. 60 IN A 192.0.2.1", "shop.example. 60 IN A 192.0.2.2"}, nil, edns), l, newVerdicts())
		if e == nil {
			t.Fatal("not taken")
		}
		s.relate(l, e)
		got, want := s.judge(l, e, e.stored), judge(p(), e.host, nil, nil)
		if v, addr, blocked := blockedAddr(p(), e.addrs); blocked && !want.final() {
			want.Verdict, want.via = v, addr
			want.note = want.remark()
		}
		if got.Verdict != want.Verdict || got.via != want.via || got.note != want.note || got.via.String() != tt.via {
			t.Errorf("%s: %+v; want %+v, by way of %q", tt.name, got, want, tt.via)
		}
	}
}
