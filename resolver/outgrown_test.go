package resolver

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
)

// outgrown has DNAMEs by which a name would be longer than names can be, at once and
// behind an alias; where they lead counts all the same.
func outgrown(t *testing.T) {
	long := strings.Repeat(strings.Repeat("x", 60)+".", 4)
	name := strings.Repeat("y", 60) + ".branch.example."
	inward := strings.Repeat("y", 60) + ".inward.example."
	records := zone(t, name+` | branch.example. 60 IN DNAME `+long+`
		alias.example. | alias.example. 30 IN CNAME `+name+`
		alias.example. | branch.example. 60 IN DNAME `+long+`
		`+inward+` | inward.example. 60 IN DNAME `+strings.Repeat("x", 60)+"."+strings.Repeat(strings.Repeat("x", 60)+".", 2)+strings.Repeat("x", 40)+`.corp.test.
		bad.branch.example. | branch.example. 60 IN DNAME blocked.`+long+`
		none.example. 60 IN TXT "no such alias"`)
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		r := records(q)
		r.Rcode, r.Ns = dns.RcodeYXDomain, nil
		return r
	})
	s := start(t, Options{Upstreams: []string{o.url}, Forward: map[string][]string{"corp.test": {o.url}}, Policy: policy([]string{"blocked." + long}, nil)})
	for name, tc := range map[string]struct {
		rcode int
		want  []string
	}{
		name:             {dns.RcodeYXDomain, []string{"branch.example. 0 IN DNAME " + long}},
		"alias.example.": {dns.RcodeYXDomain, []string{"alias.example. 0 IN CNAME " + name, "branch.example. 0 IN DNAME " + long}},
		inward:           {dns.RcodeSuccess, nil},
		"none.example.":  {dns.RcodeYXDomain, nil},
	} {
		r := ask(t, s, newQuery(name, dns.TypeA, edns))
		if diff := cmp.Diff(tc.want, texts(r.Answer)); diff != "" || r.Rcode != tc.rcode {
			t.Errorf("%s: rcode %s, want %s (-want +got):\n%s", name, dns.RcodeToString[r.Rcode], dns.RcodeToString[tc.rcode], diff)
		}
	}
	if r := ask(t, s, newQuery("alias.example.", dns.TypeA)); r.Rcode != dns.RcodeYXDomain || o.times("alias.example.", dns.TypeA) != 1 {
		t.Errorf("asked again: %v, upstream was asked %d times; want it from the cache", r, o.times("alias.example.", dns.TypeA))
	}
	if r := ask(t, s, newQuery("bad.branch.example.", dns.TypeA)); r.Rcode != dns.RcodeNameError {
		t.Errorf("to a blocked name: %v; want it blocked", r)
	}
}

// TestEmptyData has records without content of types that may be so, and of one that
// may not.
func TestEmptyData(t *testing.T) {
	t.Parallel()
	const unknown = 65400
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		r := new(dns.Msg).SetReply(q)
		r.Answer = []dns.RR{rawRecord(q.Question[0].Name, q.Question[0].Qtype, "")}
		return r
	})
	s := start(t, Options{Upstreams: []string{o.url}})
	for qtype, want := range map[uint16]int{unknown: 1, dns.TypeNULL: 1, dns.TypeAPL: 1, dns.TypeTXT: 1, dns.TypeMX: 0, dns.TypeA: 0} {
		r := ask(t, s, newQuery("shop.example.", qtype))
		if r.Rcode != dns.RcodeSuccess || len(r.Answer) != want {
			t.Errorf("%s: %v; want %d records", dns.Type(qtype), r, want)
			continue
		}
		if want == 1 && (r.Answer[0].Header().Rrtype != qtype || r.Answer[0].Header().Rdlength != 0) {
			t.Errorf("%s: %v; want the record as it came", dns.Type(qtype), r.Answer[0])
		}
	}
}
