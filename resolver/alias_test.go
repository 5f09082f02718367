package resolver

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
)

// rebindingAliases are public names that lead a client to names which only the office
// answers, in one step or two, with and without the addresses at the end.
func rebindingAliases(t *testing.T) {
	o := newOrigin(t, zone(t, `
		dangling.example. 60 IN CNAME pc.corp.lan.
		whole.example. | whole.example. 60 IN CNAME pc.corp.lan.
		whole.example. | pc.corp.lan. 60 IN A 192.0.2.1
		later.example. | later.example. 60 IN CNAME next.example.
		later.example. | next.example. 60 IN CNAME CORP.lan.
		split.example. 60 IN CNAME www.office.example.
		loop.example. 60 IN CNAME localhost.
		printer.example. 60 IN CNAME printer.local.
		home.example. 60 IN CNAME nas.home.arpa.
		console.example. 60 IN CNAME sekisho.internal.
		label.example. 60 IN CNAME router.
		x.tree.example. | tree.example. 60 IN DNAME corp.lan.
		tree.example. 60 IN DNAME corp.lan.
		alias.example. 60 IN HTTPS 0 pc.corp.lan.
		service.example. 60 IN HTTPS 1 localhost. alpn="h2" ipv4hint="192.0.2.1"
		svcb.example. 60 IN SVCB 1 pc.corp.lan.
		some.example. 60 IN HTTPS 1 pc.corp.lan. alpn="h2"
		some.example. 60 IN HTTPS 2 . alpn="h3"
		public.example. | public.example. 60 IN CNAME lan.example.
		public.example. | lan.example. 60 IN A 192.0.2.1
		root.example. 60 IN HTTPS 0 .
		www.amazon.com. 60 IN CNAME pc.corp.lan.`))
	office := newOrigin(t, zone(t, `
		www.corp.lan. 60 IN CNAME pc.corp.lan.
		www.office.example. | www.office.example. 60 IN CNAME pc.corp.lan.
		www.office.example. | pc.corp.lan. 60 IN A 10.0.0.5`))
	s := start(t, Options{
		Upstreams: []string{o.url},
		Forward:   map[string][]string{"corp.lan": {office.url}, "office.example": {office.url}},
	})
	for _, tc := range []struct {
		name  string
		qtype uint16
		want  []string
		held  bool
	}{
		{"dangling.example.", dns.TypeA, nil, true},
		{"dangling.example.", dns.TypeCNAME, nil, true},
		{"whole.example.", dns.TypeA, nil, true},
		{"later.example.", dns.TypeAAAA, nil, true},
		{"split.example.", dns.TypeA, nil, true},
		{"loop.example.", dns.TypeA, nil, true},
		{"printer.example.", dns.TypeTXT, nil, true},
		{"home.example.", dns.TypeA, nil, true},
		{"console.example.", dns.TypeA, nil, true},
		{"label.example.", dns.TypeA, nil, true},
		{"x.tree.example.", dns.TypeA, nil, true},
		{"tree.example.", dns.TypeDNAME, nil, true},
		{"alias.example.", dns.TypeHTTPS, nil, true},
		{"service.example.", dns.TypeHTTPS, nil, true},
		{"svcb.example.", dns.TypeSVCB, nil, true},
		{"www.amazon.com.", dns.TypeA, nil, true},
		{"some.example.", dns.TypeHTTPS, []string{`some.example. 0 IN HTTPS 2 . alpn="h3"`}, true},
		{"public.example.", dns.TypeA, []string{"public.example. 0 IN CNAME lan.example.", "lan.example. 0 IN A 192.0.2.1"}, false},
		{"root.example.", dns.TypeHTTPS, []string{"root.example. 0 IN HTTPS 0 ."}, false},
		{"www.corp.lan.", dns.TypeA, []string{"www.corp.lan. 0 IN CNAME pc.corp.lan."}, false},
		{"www.office.example.", dns.TypeA, []string{"www.office.example. 0 IN CNAME pc.corp.lan.", "pc.corp.lan. 0 IN A 10.0.0.5"}, false},
	} {
		for range 2 { // from the upstream, and from the cache
			r := ask(t, s, newQuery(tc.name, tc.qtype, edns))
			if diff := cmp.Diff(tc.want, texts(r.Answer)); diff != "" || r.Rcode != dns.RcodeSuccess {
				t.Errorf("%s %s: %s (-want +got):\n%s", tc.name, dns.TypeToString[tc.qtype], dns.RcodeToString[r.Rcode], diff)
			}
			e, marked := remarkOf(r)
			if marked != tc.held || marked && e.InfoCode != dns.ExtendedErrorCodeBlocked {
				t.Errorf("%s %s: remark %v; want one: %t", tc.name, dns.TypeToString[tc.qtype], e, tc.held)
			}
			if tc.want == nil && (len(r.Ns) != 1 || r.Ns[0].Header().Rrtype != dns.TypeSOA) {
				t.Errorf("%s: authority %v; want a SOA, for caches", tc.name, r.Ns)
			}
		}
	}
}
