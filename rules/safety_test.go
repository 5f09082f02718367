package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"sekisho/hostname"
)

// besieged returns a policy whose lists do all they can against Amazon.
func besieged(tb testing.TB) *Policy {
	tb.Helper()
	b := NewBuilder()
	for name := range amazon {
		for _, l := range []List{BlockList, AllowList, NeverList} {
			b.Add(l, name, "hostile", 1)
			b.Add(l, "*."+name, "hostile", 2)
			b.Add(l, "www."+name, "hostile", 3)
			for _, at, ok := strings.Cut(name, "."); ok; _, at, ok = strings.Cut(at, ".") {
				b.Add(l, at, "hostile", 4)
			}
		}
	}
	return b.Build()
}

// spell writes a name in one of many ways that mean the same host.
func spell(name string, how uint8) string {
	switch how % 8 {
	case 1:
		return strings.ToUpper(name)
	case 2:
		return name + "."
	case 3: // full width
		return strings.Map(func(r rune) rune {
			if r >= '!' && r <= '~' {
				return r - '!' + '！'
			}
			return r
		}, name)
	case 4: // ideographic full stops
		return strings.ReplaceAll(name, ".", "。")
	case 5: // percent-encoded
		var b strings.Builder
		for i := range len(name) {
			fmt.Fprintf(&b, "%%%02x", name[i])
		}
		return b.String()
	case 6: // every other letter a capital
		upper := false
		return strings.Map(func(r rune) rune {
			if upper = !upper; upper {
				return unicode.ToUpper(r)
			}
			return r
		}, name)
	case 7: // soft hyphens, which IDNA drops
		return strings.ReplaceAll(name, "a", "a\u00ad")
	}
	return name
}

// FuzzGenuine holds the promise that Amazon's own names pass, whatever they
// are spelled like, whatever stands before them and whatever lists say.
func FuzzGenuine(f *testing.F) {
	var names []string
	for name, o := range amazon {
		if o.suffix.known && !o.suffix.customers {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	policies := []*Policy{NewBuilder().Build(), besieged(f)}
	for i := range names {
		f.Add("", uint16(i), uint8(i))
	}
	for _, sub := range []string{
		"www", "sellercentral.amazon.co.jp", "amozon-login", "evil.example", "amazon.shop", "xn--mazon-3ve", "a.b.c.d.e.f",
		"アマゾソ", "cloudfront", "_dmarc", "1.2.3.4", strings.Repeat("amazno-", 8) + "x",
	} {
		f.Add(sub, uint16(len(sub)), uint8(len(sub)))
	}
	f.Fuzz(func(t *testing.T, sub string, which uint16, how uint8) {
		name := names[int(which)%len(names)]
		host := spell(name, how)
		if sub != "" {
			host = spell(sub, how/8) + "." + host
		}
		n, err := hostname.Parse(host)
		if err != nil || !n.Within(name) {
			return // no host, or the beginning of sub turned it into another
		}
		// What customers of Amazon fill is not meant, save for exact hosts.
		if own, _ := ownership(n); own.customers {
			return
		}
		for _, p := range policies {
			for range 2 { // judged, then remembered
				if v := p.Decide(n); v.Action != Allow || v.Ground != Genuine {
					t.Fatalf("%q, which is %s: %+v", host, n, v)
				}
			}
		}
	})
}

// Every name of the two built-in lists passes, besieged or not.
func TestBuiltInNamesPass(t *testing.T) {
	t.Parallel()
	policies := []*Policy{NewBuilder().Build(), besieged(t)}
	for name, o := range amazon {
		for _, p := range policies {
			for how := range uint8(8) {
				n := mustParse(t, spell(name, how))
				v := p.Decide(n)
				if (o.suffix.known && !o.suffix.customers || o.host.known) && (v.Action != Allow || v.Ground != Genuine) {
					t.Errorf("%s: %+v; want it to pass as genuine", name, v)
				}
			}
		}
	}
	for name := range neverBuiltIn {
		for _, host := range []string{name, "login." + name, "amazon." + name} {
			if v := policies[0].Decide(mustParse(t, host)); v.Action != Allow || !v.Opaque() {
				t.Errorf("%s: %+v; want it to pass undecrypted", host, v)
			}
		}
	}
}

// What Amazon gives to its customers imitates nothing by itself.
func TestNE20CustomerSuffixesAreOrdinary(t *testing.T) {
	t.Parallel()
	p := NewBuilder().Build()
	for name, o := range amazon {
		if !o.suffix.customers {
			continue
		}
		for _, host := range []string{name, "www." + name, "login." + name, "account-3.eu-west-1." + name} {
			if v := p.Decide(mustParse(t, host)); v.Action != Allow {
				t.Errorf("%s: %+v; want it to pass", host, v)
			}
		}
	}
}

// innocent are labels that say nothing.
var innocent = []string{"www", "static", "cdn-3", "jp", "img.static", "a.b.c.d", "m", "mail", "river", "blog.travel", "amano", "2024"}

// FuzzSubdomain holds that a label more never makes a verdict milder.
func FuzzSubdomain(f *testing.F) {
	p := NewBuilder().Build()
	for _, host := range []string{
		"amozon-seller.example", "amazon.shop", "amazon-co-jp.web.app", "amazon.co.jp.evil.com", "amaozn.lchrjj.com",
		"mzaaon-jp.top", "amzanao.co.ip.example.shop", "amazon.partner.example", "am-az-on.top", "amazonas.co.jp", "amazonteam.org",
		"アマゾソ.jp", "amazon-login.s3.amazonaws.com", "seller-central.jp", "id-828285851-amazon.com",
	} {
		f.Add(host, uint8(len(host)))
	}
	f.Fuzz(func(t *testing.T, host string, which uint8) {
		n, err := hostname.Parse(host)
		if err != nil {
			return
		}
		if _, ip := n.Addr(); ip {
			return
		}
		longer, err := hostname.Parse(innocent[int(which)%len(innocent)] + "." + n.String())
		if err != nil {
			return
		}
		// A name that is a suffix itself says nothing of those below it.
		if n.Registrable() == "" || longer.Registrable() != n.Registrable() {
			return
		}
		before, after := p.Decide(n), p.Decide(longer)
		if after.Action < before.Action {
			t.Fatalf("%s: %+v\n%s: %+v", n, before, longer, after)
		}
	})
}

// The same name asked from many sides at once gets one answer.
func TestDecideConcurrently(t *testing.T) {
	t.Parallel()
	b := NewBuilder()
	for i := range 1000 {
		b.Add(BlockList, fmt.Sprintf("evil-%d.example", i), "f", i+1)
	}
	p := b.Build()
	var names []hostname.Name
	for i := range 3 * cacheSize { // more than fit
		switch i % 3 {
		case 0:
			names = append(names, mustParse(t, fmt.Sprintf("evil-%d.example", i%1000)))
		case 1:
			names = append(names, mustParse(t, fmt.Sprintf("amazon-login-%d.example", i)))
		case 2:
			names = append(names, mustParse(t, fmt.Sprintf("host-%d.kaisha.co.jp", i)))
		}
	}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range names {
				k := (i*7 + g*1013) % len(names)
				want := [...]Ground{Blocklist, Lookalike, Default}[k%3]
				if v := p.Decide(names[k]); v.Ground != want {
					t.Errorf("%s: ground %s; want %s", names[k], v.Ground, want)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestDecideAllocations(t *testing.T) {
	p := besieged(t)
	for _, host := range []string{forty, "sellercentral.amazon.co.jp", "amozon-seller.example", hostile(), "direct.smbc.co.jp", "1.2.3.4"} {
		n := mustParse(t, host)
		p.Decide(n)
		if got := testing.AllocsPerRun(100, func() { p.Decide(n) }); got > 0 {
			t.Errorf("%s: %v allocations from the cache; want none", host, got)
		}
	}
	// What the public suffix list allocates for itself is the one for imitations.
	for _, tt := range []struct {
		host string
		most float64
	}{
		{forty, 0},
		{"management.amazing-shop.kaigai-monzen.jp", 1},
		{"www.amozon-account-update.kaigai.example", 1},
		{"sellercentral.amazon.co.jp.kaigai.example", 1},
		{"www.amazno.co.ip.account.kaigai.example", 1},
		{"amazon-shop-jp-tokyo.example", 1},
		{"amazon.kaigai-kaisha-no-namae.workers.dev", 1},
	} {
		n := mustParse(t, tt.host)
		if got := testing.AllocsPerRun(100, func() { p.decide(n) }); got > tt.most {
			t.Errorf("%s: %v allocations to decide; want %v at most", tt.host, got, tt.most)
		}
	}
}

func TestZeroName(t *testing.T) {
	t.Parallel()
	if v := new(Policy).Decide(hostname.Name{}); v.Action != Allow || v.Ground != Default {
		t.Errorf("the zero name: %+v; want the default", v)
	}
}

// The names of the two built-in lists do not meet.
func TestListsDoNotMeet(t *testing.T) {
	t.Parallel()
	for _, name := range slices.Sorted(maps.Keys(neverBuiltIn)) {
		if own, at := ownership(mustParse(t, name)); own.known {
			t.Errorf("never.tsv: %s is Amazon's by %s", name, at)
		}
	}
}
