package resolver

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
)

// refusedQuestions asks the questions of a case.
func refusedQuestions(t *testing.T, id string) {
	o := newOrigin(t, zone(t, "shop.example. 60 IN A 192.0.2.1"))
	s := start(t, Options{Upstreams: []string{o.url}})
	class := func(c uint16) func(*dns.Msg) { return func(q *dns.Msg) { q.Question[0].Qclass = c } }
	for _, tc := range []struct {
		id    string
		q     *dns.Msg
		rcode int
	}{
		{"C22 ANY class", newQuery("shop.example.", dns.TypeA, class(dns.ClassANY)), dns.RcodeRefused},
		{"C22 CH", newQuery("version.bind.", dns.TypeTXT, class(dns.ClassCHAOS)), dns.RcodeRefused},
		{"C23 AXFR", newQuery("shop.example.", dns.TypeAXFR), dns.RcodeRefused},
		{"C23 IXFR", newQuery("shop.example.", dns.TypeIXFR, func(q *dns.Msg) { q.Ns = []dns.RR{soa("shop.example.", 1)} }), dns.RcodeRefused},
		{"C24 EDNS 1", newQuery("shop.example.", dns.TypeA, edns, func(q *dns.Msg) { q.IsEdns0().SetVersion(1) }), dns.RcodeBadVers},
		{"C27 size 0", newQuery("shop.example.", dns.TypeA, func(q *dns.Msg) { q.SetEdns0(0, false) }), dns.RcodeSuccess},
		{"C27 size 511", newQuery("shop.example.", dns.TypeA, func(q *dns.Msg) { q.SetEdns0(511, false) }), dns.RcodeSuccess},
		{"C28 cookie", newQuery("shop.example.", dns.TypeA, option(&dns.EDNS0_COOKIE{Cookie: "0102030405060708"})), dns.RcodeSuccess},
	} {
		if !strings.HasPrefix(tc.id, id) {
			continue
		}
		r := ask(t, s, tc.q)
		if r.Rcode != tc.rcode {
			t.Errorf("%s: rcode %s; want %s", tc.id, dns.RcodeToString[r.Rcode], dns.RcodeToString[tc.rcode])
		}
		if (r.IsEdns0() != nil) != (tc.q.IsEdns0() != nil) || r.IsEdns0() != nil && r.IsEdns0().Version() != 0 {
			t.Errorf("%s: OPT %v; want one of version 0 if asked with one", tc.id, r.IsEdns0())
		}
	}
	if id != "C23" {
		return
	}
	r := ask(t, s, newQuery("shop.example.", dns.TypeANY))
	if want := []string{`shop.example. 0 IN HINFO "RFC8482" ""`}; !cmp.Equal(want, texts(r.Answer)) {
		t.Errorf("C23 ANY: %v; want %v", r.Answer, want)
	}
}

func option(o dns.EDNS0) func(*dns.Msg) {
	return func(q *dns.Msg) {
		if q.IsEdns0() == nil {
			q.SetEdns0(1232, false)
		}
		q.IsEdns0().Option = append(q.IsEdns0().Option, o)
	}
}

func optionsAreNotPassedOn(t *testing.T) {
	o := newOrigin(t, zone(t, "shop.example. 60 IN A 192.0.2.1"))
	s := start(t, Options{Upstreams: []string{o.url}})
	r := ask(t, s, newQuery("shop.example.", dns.TypeA,
		option(&dns.EDNS0_COOKIE{Cookie: "0102030405060708"}),
		option(&dns.EDNS0_LOCAL{Code: 65001, Data: []byte("secret")}),
		option(&dns.EDNS0_SUBNET{Code: dns.EDNS0SUBNET, Family: 1, SourceNetmask: 24, Address: net.IPv4(192, 0, 2, 0)})))
	if len(r.Answer) != 1 || len(r.IsEdns0().Option) != 0 {
		t.Errorf("reply %v; want an answer and no options", r)
	}
	if got := o.lastQuery().IsEdns0().Option; len(got) != 0 {
		t.Errorf("forwarded options %v; want none", got)
	}
}

func largeQuery(t *testing.T) {
	s := start(t, Options{Upstreams: []string{newOrigin(t, zone(t, "shop.example. 60 IN A 192.0.2.1")).url}})
	q := newQuery("shop.example.", dns.TypeA, option(&dns.EDNS0_PADDING{Padding: make([]byte, 1500)}))
	if r := ask(t, s, q); len(r.Answer) != 1 {
		t.Errorf("reply %v; want an answer", r)
	}
}

// truncation asks for 3.6 kB with little room.
func truncation(t *testing.T) {
	var records strings.Builder
	for i := range 36 {
		_, _ = fmt.Fprintf(&records, "big.example. 60 IN TXT \"%02d%s\"\n", i, strings.Repeat("x", 85))
	}
	s := start(t, Options{Upstreams: []string{newOrigin(t, zone(t, records.String())).url}})
	for size, limit := range map[uint16]int{0: 512, 512: 512, 1232: 1232, 4096: 1232} {
		q := newQuery("big.example.", dns.TypeTXT)
		if size > 0 {
			q.SetEdns0(size, false)
		}
		wire, err := q.Pack()
		if err != nil {
			t.Fatal(err)
		}
		raw := exchange(t, s, wire)
		r := unpack(t, wire, raw)
		if !r.Truncated || len(raw) > limit || (r.IsEdns0() == nil) != (size == 0) || len(r.Question) != 1 {
			t.Errorf("size %d: %d bytes, %v; want TC, at most %d bytes, and OPT as asked", size, len(raw), r, limit)
		}
	}
	conn := dial(t, "tcp", s)
	q := newQuery("big.example.", dns.TypeTXT, edns)
	wire, err := q.Pack()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(framed(wire)); err != nil {
		t.Fatal(err)
	}
	if r := unpack(t, wire, readFrame(t, conn)); r.Truncated || len(r.Answer) != 36 {
		t.Errorf("over TCP: TC %v, %d records; want 36", r.Truncated, len(r.Answer))
	}
}

// flags has an upstream that claims all data is authentic unless told not to
// check.
func flags(t *testing.T) {
	records := zone(t, "shop.example. 60 IN A 192.0.2.1\nshop.example. | shop.example. 60 IN RRSIG A 8 2 60 20300101000000 20200101000000 1 example. AAAA")
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		r := records(q)
		r.AuthenticatedData = !q.CheckingDisabled
		return r
	})
	s := start(t, Options{Upstreams: []string{o.url}})
	for _, tc := range []struct {
		ad, cd, do bool
		wantAD     bool
		records    int
	}{
		{wantAD: false, records: 1},
		{ad: true, wantAD: true, records: 1},
		{do: true, wantAD: true, records: 2},
		{do: true, cd: true, wantAD: false, records: 2},
		{cd: true, ad: true, wantAD: false, records: 1},
	} {
		for range 2 {
			r := ask(t, s, newQuery("shop.example.", dns.TypeA, func(q *dns.Msg) {
				q.AuthenticatedData, q.CheckingDisabled = tc.ad, tc.cd
				q.SetEdns0(1232, tc.do)
			}))
			if r.AuthenticatedData != tc.wantAD || r.CheckingDisabled != tc.cd || r.IsEdns0().Do() != tc.do || len(r.Answer) != tc.records {
				t.Errorf("%+v: AD %v, CD %v, DO %v, %d records", tc, r.AuthenticatedData, r.CheckingDisabled, r.IsEdns0().Do(), len(r.Answer))
			}
		}
	}
	if n := o.times("shop.example.", dns.TypeA); n != 4 {
		t.Errorf("upstream was asked %d times; want 4, for each of DO and CD", n)
	}
}
