package rules

import "testing"

// TestDecided: of what was decided the longest name counts, and nothing that was
// decided outdoes the configuration's block list, or blocks what is genuine.
func TestDecided(t *testing.T) {
	t.Parallel()
	b := NewBuilder()
	for _, x := range []struct {
		list  List
		entry string
	}{
		{BlockList, "listed.example"},
		{BlockList, "bad.open.example"},
		{NeverList, "bank.example"},
		{DecidedAllow, "www.listed.example"},
		{DecidedBlock, "shop.example"},
		{DecidedAllow, "www.shop.example"},
		{DecidedBlock, "pay.www.shop.example"},
		{DecidedAllow, "open.example"},
		{DecidedBlock, "login.open.example"},
		{DecidedBlock, "bank.example"},
		{DecidedAllow, "www.bank.example"},
		{DecidedAllow, "amozon.example"},
		{DecidedBlock, "sellercentral.amazon.co.jp"},
		{DecidedAllow, "co.jp"},
	} {
		b.Add(x.list, x.entry, "here", 0)
	}
	if n := len(b.Problems()); n != 2 {
		t.Errorf("%d problems %v; want those of the genuine name and of the suffix", n, b.Problems())
	}
	p := b.Build()
	for host, want := range map[string]Ground{
		"www.listed.example": Blocklist, "bad.open.example": Blocklist,
		"shop.example": Blocklist, "other.shop.example": Blocklist, "notshop.example": Default,
		"www.shop.example": Allowlist, "a.www.shop.example": Allowlist, "pay.www.shop.example": Blocklist, "x.pay.www.shop.example": Blocklist,
		"open.example": Allowlist, "www.open.example": Allowlist, "login.open.example": Blocklist,
		"bank.example": Blocklist, "www.bank.example": Never,
		"www.amozon.example": Allowlist, "sellercentral.amazon.co.jp": Genuine,
	} {
		if v := p.Decide(mustParse(t, host)); v.Ground != want || (v.Action == Block) != (want == Blocklist) {
			t.Errorf("Decide(%q) = %+v; want the ground %v", host, v, want)
		}
	}
	for _, x := range []struct {
		name, hop string
		want      bool
	}{
		{"www.shop.example", "shop.example", true},
		{"www.shop.example", "edge.shop.example", true}, // for shop.example it is blocked
		{"www.shop.example", "pay.www.shop.example", false},
		{"www.shop.example", "login.open.example", false},
		{"www.listed.example", "listed.example", false},
		{"open.example", "shop.example", false},
		{"other.shop.example", "shop.example", false},
	} {
		if got := p.Excused(mustParse(t, x.name), mustParse(t, x.hop)); got != x.want {
			t.Errorf("Excused(%q, %q) = %v; want %v", x.name, x.hop, got, x.want)
		}
	}
}
