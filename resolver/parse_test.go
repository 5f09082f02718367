package resolver

import (
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// FuzzParse feeds queries: what the parser makes of one is what the other
// parser, that of miekg/dns, makes of it. That one knows more kinds of records,
// and so finds more at fault in what a query carries besides.
func FuzzParse(f *testing.F) {
	for _, q := range []*dns.Msg{
		newQuery("shop.example.", dns.TypeA), newQuery("SHOP.example.", dns.TypeHTTPS, dnssec), newQuery(".", dns.TypeNS, edns),
		newQuery(`a\.b.\000\255.example.`, dns.TypeTXT), newQuery(strings.Repeat("a.", 127), 65400, edns),
		newQuery("shop.example.", dns.TypeA, option(&dns.EDNS0_COOKIE{Cookie: "0102030405060708"})),
	} {
		wire, err := q.Pack()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(wire)
	}
	f.Fuzz(func(t *testing.T, packet []byte) {
		var q query
		if parse(packet, false, &q) != none {
			return
		}
		m := new(dns.Msg)
		if err := m.Unpack(packet); err != nil {
			if packet[11] == 0 { // nothing but a question
				t.Fatalf("%x: %v", packet, err)
			}
			return
		}
		if len(m.Question) != 1 {
			t.Fatalf("%x: %d questions", packet, len(m.Question))
		}
		name, err := wireName(m.Question[0].Name)
		if err != nil || string(name) != string(q.name()) || m.Question[0].Qtype != q.qtype || m.Question[0].Qclass != q.qclass {
			t.Fatalf("%x: %x, %d, %d; the other parser: %v, %v", packet, q.name(), q.qtype, q.qclass, m.Question[0], err)
		}
		if m.Id != q.id || m.RecursionDesired != q.rd || m.AuthenticatedData != q.ad || m.CheckingDisabled != q.cd {
			t.Fatalf("%x: bits of %+v; the other parser: %v", packet, q, m.MsgHdr)
		}
		if opt := m.IsEdns0(); (opt != nil) != q.edns || opt != nil && opt.Do() != q.do {
			t.Fatalf("%x: EDNS %v, DO %v; the other parser: %v", packet, q.edns, q.do, opt)
		}
	})
}
