package resolver

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
)

func specialNames(t *testing.T) {
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		r := new(dns.Msg).SetReply(q)
		r.Rcode = dns.RcodeRefused
		return r
	})
	office := newOrigin(t, zone(t, `
		pc1.office.local. 60 IN A 192.168.7.1
		_ldap._tcp.dc._msdcs.corp. 60 IN A 192.168.7.2
		7.1.168.192.in-addr.arpa. 60 IN A 192.168.7.3`))
	s := start(t, Options{
		Upstreams: []string{o.url},
		Forward:   map[string][]string{"office.local": {office.url}, "corp": {office.url}, "1.168.192.in-addr.arpa": {office.url}},
	})
	const (
		yes = dns.RcodeSuccess
		no  = dns.RcodeNameError
	)
	for _, tc := range []struct {
		name    string
		qtype   uint16
		rcode   int
		records int
	}{
		{"localhost.", dns.TypeA, yes, 1},
		{"LOCALHOST.", dns.TypeAAAA, yes, 1},
		{"any.thing.localhost.", dns.TypeA, yes, 1},
		{"localhost.", dns.TypeTXT, yes, 0},
		{"printer.local.", dns.TypeA, no, 0},
		{"x.onion.", dns.TypeA, no, 0},
		{"x.invalid.", dns.TypeA, no, 0},
		{"x.test.", dns.TypeA, no, 0},
		{"router.home.arpa.", dns.TypeA, no, 0},
		{"home.arpa.", dns.TypeNS, yes, 0},
		{"_dns.resolver.arpa.", dns.TypeSVCB, yes, 0},
		{"use-application-dns.net.", dns.TypeA, no, 0},
		{"mask.icloud.com.", dns.TypeA, no, 0},
		{"mask-h2.icloud.com.", dns.TypeHTTPS, no, 0},
		{"sekisho.internal.", dns.TypeA, no, 0},
		{"1.0.0.10.in-addr.arpa.", dns.TypePTR, no, 0},
		{"1.2.31.172.in-addr.arpa.", dns.TypePTR, no, 0},
		{"1.2.168.192.in-addr.arpa.", dns.TypePTR, no, 0},
		{"1.0.0.127.in-addr.arpa.", dns.TypePTR, no, 0},
		{"168.192.in-addr.arpa.", dns.TypeSOA, yes, 0},
		{"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa.", dns.TypePTR, no, 0},
		{"printer.", dns.TypeA, no, 0},
		{"printer.", dns.TypeAAAA, no, 0},
		{"wpad.", dns.TypeA, no, 0},
		{"com.", dns.TypeA, no, 0},
		{"com.", dns.TypeDS, yes, 0},
		{"com.", dns.TypeDNSKEY, yes, 0},
		{"COM.", dns.TypeNS, yes, 0},
		{"test.", dns.TypeNS, no, 0},
		{"test.", dns.TypeA, no, 0},
		{"_ldap._tcp.dc._msdcs.other.example.", dns.TypeSRV, no, 0},
		{"host.lan.", dns.TypeA, no, 0},
		{"pc1.office.local.", dns.TypeA, yes, 1},
		{"_ldap._tcp.dc._msdcs.corp.", dns.TypeA, yes, 1},
		{"7.1.168.192.in-addr.arpa.", dns.TypeA, yes, 1},
	} {
		r := ask(t, s, newQuery(tc.name, tc.qtype))
		if r.Rcode != tc.rcode || len(r.Answer) != tc.records || len(r.Answer) == 0 && len(r.Ns) != 1 {
			t.Errorf("%s %s: %v; want %s, %d records, a SOA if none", tc.name, dns.TypeToString[tc.qtype], r, dns.RcodeToString[tc.rcode], tc.records)
		}
	}
	if n := o.total(); n != 0 {
		t.Errorf("sent %d names upstream; want none", n)
	}
	// Look-alikes of special names are ordinary.
	for _, name := range []string{"notlocalhost.example.", "local.example.", "1.1.1.100.in-addr.arpa.", "1.15.172.in-addr.arpa.", "icloud.com."} {
		ask(t, s, newQuery(name, dns.TypeA))
		if o.times(name, dns.TypeA) != 1 {
			t.Errorf("%s was not sent upstream", name)
		}
	}
}

// TestAC24Clients refuses those who may not ask, with as little as can be said.
func TestAC24Clients(t *testing.T) {
	t.Parallel()
	o := newOrigin(t, zone(t, "shop.example. 60 IN A 192.0.2.1"))
	s := start(t, Options{Upstreams: []string{o.url}, Clients: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")}})
	wire, err := newQuery("shop.example.", dns.TypeA, edns).Pack()
	if err != nil {
		t.Fatal(err)
	}
	raw := exchange(t, s, wire)
	if r := unpack(t, wire, raw); r.Rcode != dns.RcodeRefused || len(raw) > len(wire) || o.times("shop.example.") != 0 {
		t.Errorf("stranger got %v; want REFUSED", r)
	}
	for addr, serves := range map[string]bool{
		"192.0.2.9": true, "::ffff:192.0.2.9": true, "2001:db8::9": true, "198.51.100.1": false, "127.0.0.1": false, "fe80::1%eth0": false,
	} {
		replies := make(chan []byte, 1)
		reply, waits := s.handle(wire, netip.MustParseAddr(addr), arrival{}, nil, sends(func(b []byte) { replies <- b }))
		if waits {
			reply = <-replies
		}
		if got := unpack(t, wire, reply).Rcode == dns.RcodeSuccess; got != serves {
			t.Errorf("%s is served: %v; want %v", addr, got, serves)
		}
	}
}

func TestWireName(t *testing.T) {
	t.Parallel()
	got := present([]byte(mustWire(`A.b\.c.\001.Example`)))
	if want := `a.b\.c.\001.example.`; !cmp.Equal(got, want) {
		t.Errorf("name = %q; want %q", got, want)
	}
	for _, bad := range []string{"a..b", string(make([]byte, 300)), "."} {
		if w, err := wireName(bad); err == nil && len(w) > 1 {
			t.Errorf("wireName(%q) = %q; want an error or the root", bad, w)
		}
	}
}
