package resolver

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// listedAmongMany has the address that the owner listed come behind others, in answers,
// in hints of one record and in those of several.
func listedAmongMany(t *testing.T) {
	var text strings.Builder
	crowd := func(n int, line func(i int, addr string)) {
		for i := range n {
			line(i, fmt.Sprintf("198.18.%d.%d", i/250, i%250+1))
		}
		line(n, "192.0.2.66")
	}
	add := func(format string, args ...any) { _, _ = fmt.Fprintf(&text, format+"\n", args...) }
	for _, n := range []int{1, 64, 300, maxAddresses} {
		crowd(n, func(_ int, addr string) { add("a%d.example. 60 IN A %s", n, addr) })
		crowd(n, func(i int, addr string) { add("records%d.example. 60 IN HTTPS %d . ipv4hint=%s", n, i+1, addr) })
		var hints []string
		crowd(n, func(_ int, addr string) { hints = append(hints, addr) })
		add("hints%d.example. 60 IN HTTPS 1 . ipv4hint=%s", n, strings.Join(hints, ","))
	}
	for range 64 {
		add("same.example. 60 IN A 198.18.0.1")
	}
	add("same.example. 60 IN A 192.0.2.66")
	for i := range maxAddresses {
		add("fine.example. 60 IN A 198.19.%d.%d", i/250, i%250+1)
	}
	o := newOrigin(t, zone(t, text.String()))
	s := start(t, Options{Upstreams: []string{"tcp" + strings.TrimPrefix(o.url, "udp")}, Policy: policy([]string{"192.0.2.66"}, nil)})
	ask := func(name string, qtype uint16) *dns.Msg {
		conn := dial(t, "tcp", s)
		wire, err := newQuery(name, qtype, edns).Pack()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write(framed(wire)); err != nil {
			t.Fatal(err)
		}
		return unpack(t, wire, readFrame(t, conn))
	}
	for _, name := range []string{"a1", "a64", "a300", "records1", "records64", "records300", "hints1", "hints64", "hints300", "same"} {
		qtype := dns.TypeHTTPS
		if strings.HasPrefix(name, "a") || name == "same" {
			qtype = dns.TypeA
		}
		if r := ask(name+".example.", qtype); r.Rcode != dns.RcodeNameError || len(r.Answer) != 0 {
			t.Errorf("%s: rcode %s, %d records; want it blocked", name, dns.RcodeToString[r.Rcode], len(r.Answer))
		}
	}
	// What has more than can be judged is closed, with the reason.
	for name, qtype := range map[string]uint16{fmt.Sprintf("a%d.example.", maxAddresses): dns.TypeA, fmt.Sprintf("hints%d.example.", maxAddresses): dns.TypeHTTPS} {
		r := ask(name, qtype)
		if e, ok := remarkOf(r); r.Rcode != dns.RcodeServerFailure || !ok || e.InfoCode != dns.ExtendedErrorCodeOther || e.ExtraText != errCrowd.Error() {
			t.Errorf("%s: rcode %s, %d records, %v; want SERVFAIL with the reason", name, dns.RcodeToString[r.Rcode], len(r.Answer), e)
		}
	}
	if r := ask("fine.example.", dns.TypeA); len(r.Answer) != maxAddresses {
		t.Errorf("fine: rcode %s, %d records; want all %d", dns.RcodeToString[r.Rcode], len(r.Answer), maxAddresses)
	}
}

// carriedAddresses leads names to the listed address in the forms in which IPv6 has
// those of IPv4, and by targets that read as addresses.
func carriedAddresses(t *testing.T) {
	var text strings.Builder
	carried := []string{
		"::ffff:192.0.2.66", "64:ff9b::192.0.2.66", "2002:c000:242::1", "::192.0.2.66", "::ffff:0:192.0.2.66", "64:ff9b:1::192.0.2.66",
		"64:ff9b:1:c000:2:4200::", "2606:2800::5efe:192.0.2.66", "2001:0:c000:242::3fff:fdfe", "2001:0:c000:201::3fff:fdbd",
	}
	for i, addr := range carried {
		_, _ = fmt.Fprintf(&text, "carried%d.example. 60 IN AAAA %s\n", i, addr)
		if i > 0 { // a hint of the first form is malformed
			_, _ = fmt.Fprintf(&text, "hint%d.example. 60 IN HTTPS 1 . ipv6hint=%s\n", i, addr)
		}
	}
	text.WriteString(`
		service.example. 60 IN HTTPS 1 192.0.2.66. alpn=h2
		alias.example. 60 IN HTTPS 0 192.0.2.66.
		svcb.example. 60 IN SVCB 1 0xc0.0.0x2.66. alpn=h2
		other.example. 60 IN HTTPS 1 192.0.2.67. alpn=h2
		near.example. 60 IN AAAA 64:ff9b::192.0.2.67
		private.example. 60 IN HTTPS 1 10.1.2.3. alpn=h2
		short.example. 60 IN HTTPS 1 127.1. alpn=h2
		zero.example. 60 IN HTTPS 0 0x0.0.0.0.
		some.example. 60 IN HTTPS 1 192.168.1.1. alpn=h2
		some.example. 60 IN HTTPS 2 . alpn=h3
		in.corp.test. 60 IN HTTPS 1 10.1.2.3. alpn=h2`)
	o := newOrigin(t, zone(t, text.String()))
	s := start(t, Options{Upstreams: []string{o.url}, Forward: map[string][]string{"corp.test": {o.url}}, Policy: policy([]string{"192.0.2.66"}, nil)})
	blocked := func(name string, qtype uint16) {
		if r := ask(t, s, newQuery(name, qtype, edns)); r.Rcode != dns.RcodeNameError || len(r.Answer) != 0 {
			t.Errorf("%s: %v; want it blocked", name, r)
		}
	}
	for i := range carried {
		blocked(fmt.Sprintf("carried%d.example.", i), dns.TypeAAAA)
		if i > 0 {
			blocked(fmt.Sprintf("hint%d.example.", i), dns.TypeHTTPS)
		}
	}
	for name, qtype := range map[string]uint16{"service.example.": dns.TypeHTTPS, "alias.example.": dns.TypeHTTPS, "svcb.example.": dns.TypeSVCB} {
		blocked(name, qtype)
		blocked(name, dns.TypeA)
	}
	for _, tc := range []struct {
		name  string
		qtype uint16
		want  []string
		ede   bool
	}{
		{"other.example.", dns.TypeHTTPS, []string{`other.example. 0 IN HTTPS 1 192.0.2.67. alpn="h2"`}, false},
		{"near.example.", dns.TypeAAAA, []string{"near.example. 0 IN AAAA 64:ff9b::c000:243"}, false},
		{"private.example.", dns.TypeHTTPS, nil, true},
		{"short.example.", dns.TypeHTTPS, nil, true},
		{"zero.example.", dns.TypeHTTPS, nil, true},
		{"some.example.", dns.TypeHTTPS, []string{`some.example. 0 IN HTTPS 2 . alpn="h3"`}, true},
		{"in.corp.test.", dns.TypeHTTPS, []string{`in.corp.test. 0 IN HTTPS 1 10.1.2.3. alpn="h2"`}, false},
	} {
		r := ask(t, s, newQuery(tc.name, tc.qtype, edns))
		e, marked := remarkOf(r)
		if r.Rcode != dns.RcodeSuccess || !slices.Equal(tc.want, texts(r.Answer)) || marked != tc.ede || marked && e.InfoCode != dns.ExtendedErrorCodeBlocked {
			t.Errorf("%s: %v; want %q, marked %v", tc.name, r, tc.want, tc.ede)
		}
	}
}
