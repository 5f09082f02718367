package proxy

import (
	"testing"

	"sekisho/hostname"
	"sekisho/rules"
)

// FuzzAuthority: parsing never panics, what is accepted is in its final form,
// and a genuine name is never judged otherwise for how it is written.
func FuzzAuthority(f *testing.F) {
	for _, s := range []string{
		"shop.labnet.example:443", "SHOP.labnet.example.:0443", "[::1]:443", "[::ffff:127.0.0.1]:443", "2130706433:80", "a:", ":443",
		"user@host:1", "sellercentral.amazon.co.jp:443", "ｓellercentral.amazon.co.jp:443", "%61mazon.co.jp:443", "[fe80::1%25eth0]:443",
		"xn--abc-.example:443", "a\\b:443", "amazon.co.jp@evil.example:443",
	} {
		f.Add(s)
	}
	policy := rules.NewBuilder().Build()
	f.Fuzz(func(t *testing.T, s string) {
		got, err := parseTarget(s, 0)
		if err != nil {
			return
		}
		if got.port == 0 || got.name.IsZero() {
			t.Fatalf("parseTarget(%q) = %+v", s, got)
		}
		again, err := parseTarget(got.String(), 0)
		if err != nil || again != got {
			t.Fatalf("parseTarget(%q) = %v, but %v again (%v)", s, got, again, err)
		}
		if !sameAuthority(got.authority("https"), "https", got) || !sameAuthority(got.authority("http"), "http", got) {
			t.Errorf("%q: the authority %q is not its own", s, got.authority("https"))
		}
		if v := policy.Decide(got.name); rules.IsGenuine(got.name) && !v.Opaque() {
			t.Errorf("%q is genuine but judged %+v", s, v)
		}
		if _, err := hostname.Parse(got.name.String()); err != nil {
			t.Errorf("%q gives a name that does not parse: %v", s, err)
		}
	})
}
