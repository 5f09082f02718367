package resolver

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
)

// unrelatedRecords puts into a reply what was not asked for.
func unrelatedRecords(t *testing.T) {
	records := zone(t, `
		shop.example. 60 IN A 192.0.2.1
		shop.example. | sellercentral.amazon.com. 60 IN A 192.0.2.66
		shop.example. | shop.example. 60 IN TXT "not asked for"
		none.example. | other.example. 60 IN A 192.0.2.66`)
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		r := records(q)
		for _, text := range []string{"example. 60 IN NS ns.evil.example.", "sellercentral.amazon.com. 60 IN SOA a. b. 1 1 1 1 1"} {
			rr, err := dns.NewRR(text)
			if err != nil {
				panic(err)
			}
			r.Ns = append(r.Ns, rr)
		}
		extra, err := dns.NewRR("sellercentral.amazon.com. 60 IN A 192.0.2.66")
		if err != nil {
			panic(err)
		}
		r.Extra = append(r.Extra, extra)
		return r
	})
	s := start(t, Options{Upstreams: []string{o.url}})
	r := ask(t, s, newQuery("shop.example.", dns.TypeA, edns))
	if want := []string{"shop.example. 0 IN A 192.0.2.1"}; !cmp.Equal(want, texts(r.Answer)) || len(r.Ns) != 0 || len(r.Extra) != 1 {
		t.Errorf("reply %v; want the address alone", r)
	}
	r = ask(t, s, newQuery("none.example.", dns.TypeA))
	if len(r.Answer) != 0 || r.Rcode != dns.RcodeSuccess {
		t.Errorf("reply %v; want no data", r)
	}
	if r := ask(t, s, newQuery("sellercentral.amazon.com.", dns.TypeA)); len(r.Answer) != 0 {
		t.Errorf("reply %v; want nothing kept from another reply", r)
	}
}

func chains(t *testing.T) {
	var long strings.Builder
	for i := range 20 {
		_, _ = fmt.Fprintf(&long, "c0.example. | c%d.example. 60 IN CNAME c%d.example.\n", i, i+1)
	}
	var short strings.Builder
	for i := range maxHops {
		_, _ = fmt.Fprintf(&short, "s0.example. | s%d.example. 60 IN CNAME s%d.example.\n", i, i+1)
	}
	for _, genuine := range []struct {
		name string
		hops int
	}{{"www.amazon.com.", maxGenuineHops}, {"www.amazon.co.jp.", maxGenuineHops + 1}} {
		from := genuine.name
		for i := range genuine.hops {
			_, _ = fmt.Fprintf(&short, "%s | %s 60 IN CNAME g%d.example.\n", genuine.name, from, i)
			from = fmt.Sprintf("g%d.example.", i)
		}
		_, _ = fmt.Fprintf(&short, "%s | %s 60 IN A 192.0.2.1\n", genuine.name, from)
	}
	o := newOrigin(t, zone(t, long.String()+short.String()+fmt.Sprintf("s0.example. | s%d.example. 60 IN A 192.0.2.1\n", maxHops)+`
		c0.example. | c20.example. 60 IN A 192.0.2.66
		loop.example. | loop.example. 60 IN CNAME pool.example.
		loop.example. | pool.example. 60 IN CNAME loop.example.
		self.example. 60 IN CNAME self.example.
		mix.example. | end.example. 60 IN A 192.0.2.1
		mix.example. | stray.example. 60 IN CNAME evil.example.
		mix.example. | mid.example. 60 IN CNAME End.example.
		mix.example. | evil.example. 60 IN A 192.0.2.66
		mix.example. | mix.example. 60 IN CNAME mid.example.
		www.branch.example. | branch.example. 60 IN DNAME tree.example.
		www.branch.example. | www.tree.example. 60 IN A 192.0.2.1
		hang.example. 60 IN CNAME nowhere.example.`))
	s := start(t, Options{Upstreams: []string{o.url}})
	for name, want := range map[string][]string{
		"mix.example.": {
			"mix.example. 0 IN CNAME mid.example.", "mid.example. 0 IN CNAME End.example.", "end.example. 0 IN A 192.0.2.1",
		},
		"www.branch.example.": {"branch.example. 0 IN DNAME tree.example.", "www.branch.example. 0 IN CNAME www.tree.example.", "www.tree.example. 0 IN A 192.0.2.1"},
		"hang.example.":       {"hang.example. 0 IN CNAME nowhere.example."},
	} {
		r := ask(t, s, newQuery(name, dns.TypeA))
		if diff := cmp.Diff(want, texts(r.Answer)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for name, n := range map[string]int{"www.amazon.com.": maxGenuineHops + 1, "www.amazon.co.jp.": -1, "s0.example.": maxHops + 1, "c0.example.": -1, "loop.example.": -1, "self.example.": -1} {
		r := ask(t, s, newQuery(name, dns.TypeA))
		if n < 0 && r.Rcode != dns.RcodeServerFailure || n >= 0 && len(r.Answer) != n {
			t.Errorf("%s: rcode %s, %d records; want %d, or SERVFAIL for -1", name, dns.RcodeToString[r.Rcode], len(r.Answer), n)
		}
	}
	r := ask(t, s, newQuery("mix.example.", dns.TypeCNAME))
	if want := []string{"mix.example. 0 IN CNAME mid.example."}; !cmp.Equal(want, texts(r.Answer)) {
		t.Errorf("CNAME asked for: %v; want %v", r.Answer, want)
	}
}

func encryptedHello(t *testing.T) {
	records := zone(t, `
		ech.example. 60 IN HTTPS 1 . alpn="h2,h3" ech="AEX+DQ==" key65001="x"
		mandatory.example. 60 IN HTTPS 1 . mandatory="alpn,ech" alpn="h2" ech="AEX+DQ=="
		only.example. 60 IN SVCB 1 svc.only.example. mandatory="ech" ech="AEX+DQ=="
		ech.example. | ech.example. 60 IN RRSIG HTTPS 8 2 60 20300101000000 20200101000000 1 example. AAAA
		clean.example. 60 IN HTTPS 1 . alpn="h2"
		clean.example. | clean.example. 60 IN RRSIG HTTPS 8 2 60 20300101000000 20200101000000 1 example. AAAA`)
	s := start(t, Options{Upstreams: []string{newOrigin(t, func(q *dns.Msg) *dns.Msg {
		r := records(q)
		r.AuthenticatedData = true
		return r
	}).url}})
	for _, tc := range []struct {
		name  string
		qtype uint16
		want  []string
		ad    bool
	}{
		{"ech.example.", dns.TypeHTTPS, []string{`ech.example. 0 IN HTTPS 1 . alpn="h2,h3" key65001="x"`}, false},
		{"mandatory.example.", dns.TypeHTTPS, []string{`mandatory.example. 0 IN HTTPS 1 . mandatory="alpn" alpn="h2"`}, false},
		{"only.example.", dns.TypeSVCB, []string{`only.example. 0 IN SVCB 1 svc.only.example.`}, false},
		{"clean.example.", dns.TypeHTTPS, []string{
			`clean.example. 0 IN HTTPS 1 . alpn="h2"`,
			`clean.example. 0 IN RRSIG HTTPS 8 2 60 20300101000000 20200101000000 1 example. AAAA`,
		}, true},
	} {
		r := ask(t, s, newQuery(tc.name, tc.qtype, dnssec))
		if diff := cmp.Diff(tc.want, texts(r.Answer)); diff != "" || r.AuthenticatedData != tc.ad {
			t.Errorf("%s: AD %v, want %v (-want +got):\n%s", tc.name, r.AuthenticatedData, tc.ad, diff)
		}
	}
}

func rebinding(t *testing.T) {
	private := []string{
		"10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "192.0.0.2", "224.0.0.1",
		"255.255.255.255", "::", "::1", "::ffff:10.0.0.1", "fe80::1", "fd00::1", "fc00::1", "64:ff9b::10.0.0.1",
		"64:ff9b:1::10.0.0.1", "2002:7f00:1::", "::10.0.0.1", "ff02::1", "fec0::1",
		"64:ff9b:1:a01:2:300:808:808", "64:ff9b:1:0:c0:a801:108:808", "64:ff9b:1:a01:2:300::", "64:ff9b:1:a::203:0:0", "64:ff9b:1:a:1:203:808:808",
		"::ffff:0:10.0.0.1", "2606:2800::5efe:10.0.0.1", "2606:2800::200:5efe:192.168.1.1", "2001:0:c000:201:0:0:f5ff:fffe", "2001:0:a00:1::3fff:fdfe",
	}
	public := []string{
		"192.0.2.1", "198.51.100.1", "198.18.0.1", "2001:db8::1", "64:ff9b::192.0.2.1", "2002:c000:201::",
		"64:ff9b:1::8.8.8.8", "64:ff9b:1:a::8.8.8.8", "64:ff9b:1:c0a8::8.8.8.8", "64:ff9b:1:0:1::8.8.8.8", "64:ff9b:1:808:8:800::", "64:ff9b:2:a01:2:300::",
		"::ffff:0:192.0.2.1", "2606:2800::5efe:192.0.2.1", "2606:2800::1:5efe:10.0.0.1", "2001:0:c000:201::3fff:fdfe", "2001:1::f5ff:fffe",
	}
	var text strings.Builder
	add := func(label string, addrs []string, parent string) {
		for i, a := range addrs {
			kind := "A"
			if strings.Contains(a, ":") {
				kind = "AAAA"
			}
			_, _ = fmt.Fprintf(&text, "%s%d.%s. 60 IN %s %s\n", label, i, parent, kind, a)
		}
	}
	add("private", private, "example")
	add("private", private, "corp.test")
	add("public", public, "example")
	text.WriteString(`mixed.example. 60 IN A 192.168.1.1
		mixed.example. 60 IN A 192.0.2.1
		hint.example. 60 IN HTTPS 1 . mandatory="ipv4hint" alpn="h2" ipv4hint="10.0.0.1" ipv6hint="fd00::1,2001:db8::1"
		cname.example. | cname.example. 60 IN CNAME private0.example.
		cname.example. | private0.example. 60 IN A 10.0.0.1
		allowed.example. 60 IN A 10.9.0.1`)
	o := newOrigin(t, zone(t, text.String()))
	s := start(t, Options{
		Upstreams: []string{o.url}, Forward: map[string][]string{"corp.test": {o.url}},
		AllowPrivate: []netip.Prefix{netip.MustParsePrefix("10.9.0.0/16")},
	})
	check := func(name, addr string, passes bool) {
		qtype := dns.TypeA
		if strings.Contains(addr, ":") {
			qtype = dns.TypeAAAA
		}
		r := ask(t, s, newQuery(name, qtype, edns))
		found := false
		for _, rr := range r.Answer {
			found = found || rr.Header().Rrtype == qtype
		}
		e, marked := remarkOf(r)
		if r.Rcode != dns.RcodeSuccess || found != passes || marked == passes || marked && e.InfoCode != dns.ExtendedErrorCodeBlocked {
			t.Errorf("%s → %s: %v; want it to pass: %v", name, addr, r, passes)
		}
	}
	for i, a := range private {
		check(fmt.Sprintf("private%d.example.", i), a, false)
		check(fmt.Sprintf("private%d.corp.test.", i), a, true)
	}
	for i, a := range public {
		check(fmt.Sprintf("public%d.example.", i), a, true)
	}
	check("cname.example.", "10.0.0.1", false)
	check("allowed.example.", "10.9.0.1", true)
	for name, want := range map[string][]string{
		"mixed.example.": {"mixed.example. 0 IN A 192.0.2.1"},
		"hint.example.":  {`hint.example. 0 IN HTTPS 1 . alpn="h2" ipv6hint="2001:db8::1"`},
	} {
		qtype := dns.TypeA
		if name == "hint.example." {
			qtype = dns.TypeHTTPS
		}
		r := ask(t, s, newQuery(name, qtype, edns))
		if diff := cmp.Diff(want, texts(r.Answer)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if e, ok := remarkOf(r); !ok || e.InfoCode != dns.ExtendedErrorCodeBlocked {
			t.Errorf("%s: remark %v; want that something is withheld", name, e)
		}
	}
}
