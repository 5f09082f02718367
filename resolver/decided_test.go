package resolver

import (
	"testing"

	"github.com/miekg/dns"

	"sekisho/rules"
)

// TestDecidedBelow: a name that people let pass although they block the one above it is
// an alias of that one as often as not, and passes all the same; no other name that
// leads there does.
func TestDecidedBelow(t *testing.T) {
	o := newOrigin(t, zone(t, `
		www.shop.example. | www.shop.example. 60 IN CNAME shop.example.
		www.shop.example. | shop.example. 60 IN CNAME edge.shop.example.
		www.shop.example. | edge.shop.example. 60 IN A 192.0.2.1
		pay.shop.example. | pay.shop.example. 60 IN CNAME shop.example.
		pay.shop.example. | shop.example. 60 IN A 192.0.2.1
		other.example. | other.example. 60 IN CNAME shop.example.
		other.example. | shop.example. 60 IN A 192.0.2.1
		www.listed.example. | www.listed.example. 60 IN CNAME listed.example.
		www.listed.example. | listed.example. 60 IN A 192.0.2.1
		shop.example. 60 IN A 192.0.2.1`))
	b := rules.NewBuilder()
	b.Add(rules.BlockList, "listed.example", "here", 0)
	b.Add(rules.DecidedBlock, "shop.example", "here", 0)
	for _, name := range []string{"www.shop.example", "other.example", "www.listed.example"} {
		b.Add(rules.DecidedAllow, name, "here", 0)
	}
	p := b.Build()
	s := start(t, Options{Upstreams: []string{o.url}, Policy: func() *rules.Policy { return p }})
	for range 2 { // from the upstream, and from the cache
		for name, want := range map[string]int{
			"www.shop.example.": dns.RcodeSuccess, "shop.example.": dns.RcodeNameError, "pay.shop.example.": dns.RcodeNameError,
			"other.example.": dns.RcodeNameError, "www.listed.example.": dns.RcodeNameError,
		} {
			if r := ask(t, s, newQuery(name, dns.TypeA)); r.Rcode != want || want == dns.RcodeSuccess && len(r.Answer) != 3 {
				t.Errorf("%s: %v; want %s", name, r, dns.RcodeToString[want])
			}
		}
	}
}
