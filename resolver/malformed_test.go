package resolver

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	"sekisho/resolver/upstream"
)

// rawRecord is a record with any data.
func rawRecord(owner string, rtype uint16, data string) dns.RR {
	return &dns.RFC3597{Hdr: dns.RR_Header{Name: owner, Rrtype: rtype, Class: dns.ClassINET, Ttl: 60}, Rdata: hex.EncodeToString([]byte(data))}
}

// TestMalformedParts has replies with something in them that cannot be read: the
// rest is answered at once, by whichever way it came.
func TestMalformedParts(t *testing.T) {
	t.Parallel()
	const owner = "shop.example."
	address := rawRecord(owner, dns.TypeA, "\xc0\x00\x02\x01")
	withheld := &dns.EDNS0_EDE{InfoCode: dns.ExtendedErrorCodeOther, ExtraText: "malformed service records withheld"}
	for name, tc := range map[string]struct {
		qtype          uint16
		answer, beside []dns.RR
		option         dns.EDNS0
		want           []string
		remark         *dns.EDNS0_EDE
	}{
		"additional AAAA of three bytes":   {qtype: dns.TypeA, answer: []dns.RR{address}, beside: []dns.RR{rawRecord("ns.example.", dns.TypeAAAA, "abc")}, want: []string{"shop.example. 0 IN A 192.0.2.1"}},
		"additional HTTPS past its end":    {qtype: dns.TypeA, answer: []dns.RR{address}, beside: []dns.RR{rawRecord("ns.example.", dns.TypeHTTPS, "\x00\x01\x00\x00\x05\x00\x63zz")}, want: []string{"shop.example. 0 IN A 192.0.2.1"}},
		"client subnet of 48 bits":         {qtype: dns.TypeA, answer: []dns.RR{address}, option: &dns.EDNS0_LOCAL{Code: dns.EDNS0SUBNET, Data: []byte("\x00\x01\x30\x00")}, want: []string{"shop.example. 0 IN A 192.0.2.1"}},
		"extended error of one byte":       {qtype: dns.TypeA, answer: []dns.RR{address}, option: &dns.EDNS0_LOCAL{Code: dns.EDNS0EDE, Data: []byte{0}}, want: []string{"shop.example. 0 IN A 192.0.2.1"}},
		"unrelated answer":                 {qtype: dns.TypeA, answer: []dns.RR{address, rawRecord(owner, dns.TypeRRSIG, "\x00\x01\x05")}, want: []string{"shop.example. 0 IN A 192.0.2.1"}},
		"unordered parameters":             {qtype: dns.TypeHTTPS, answer: []dns.RR{rawRecord(owner, dns.TypeHTTPS, "\x00\x01\x00\x00\x04\x00\x04\xc0\x00\x02\x01\x00\x01\x00\x03\x02h2")}, remark: withheld},
		"mapped hint":                      {qtype: dns.TypeHTTPS, answer: []dns.RR{rawRecord(owner, dns.TypeHTTPS, "\x00\x01\x00\x00\x06\x00\x10"+string(netip.MustParseAddr("::ffff:192.0.2.1").AsSlice()))}, remark: withheld},
		"empty hint":                       {qtype: dns.TypeHTTPS, answer: []dns.RR{rawRecord(owner, dns.TypeHTTPS, "\x00\x01\x00\x00\x04\x00\x00")}, remark: withheld},
		"port of one byte":                 {qtype: dns.TypeHTTPS, answer: []dns.RR{rawRecord(owner, dns.TypeHTTPS, "\x00\x01\x00\x00\x03\x00\x01\x01")}, remark: withheld},
		"unrelated answer without its end": {qtype: dns.TypeA, answer: []dns.RR{address, rawRecord(owner, dns.TypeLOC, "\x01\x00\x00\x00")}, want: []string{"shop.example. 0 IN A 192.0.2.1"}},
		"text of no strings":               {qtype: dns.TypeTXT, answer: []dns.RR{rawRecord(owner, dns.TypeTXT, "")}, want: []string{"shop.example. 0 IN TXT"}},
		"mandatory list of itself":         {qtype: dns.TypeHTTPS, answer: []dns.RR{rawRecord(owner, dns.TypeHTTPS, "\x00\x01\x00\x00\x00\x00\x02\x00\x00\x00\x01\x00\x03\x02h2")}, remark: withheld},
		"mandatory key twice":              {qtype: dns.TypeHTTPS, answer: []dns.RR{rawRecord(owner, dns.TypeHTTPS, "\x00\x01\x00\x00\x00\x00\x04\x00\x01\x00\x01\x00\x01\x00\x03\x02h2")}, remark: withheld},
		"mandatory keys out of order":      {qtype: dns.TypeHTTPS, answer: []dns.RR{rawRecord(owner, dns.TypeHTTPS, "\x00\x01\x00\x00\x00\x00\x04\x00\x03\x00\x01\x00\x01\x00\x03\x02h2\x00\x03\x00\x02\x01\xbb")}, remark: withheld},
		"mandatory key that is not there":  {qtype: dns.TypeSVCB, answer: []dns.RR{rawRecord(owner, dns.TypeSVCB, "\x00\x01\x00\x00\x00\x00\x02\x00\x03\x00\x01\x00\x03\x02h2")}, remark: withheld},
		"mandatory list that is empty":     {qtype: dns.TypeHTTPS, answer: []dns.RR{rawRecord(owner, dns.TypeHTTPS, "\x00\x01\x00\x00\x00\x00\x00\x00\x01\x00\x03\x02h2")}, remark: withheld},
		"mandatory beside a good one":      {qtype: dns.TypeHTTPS, answer: []dns.RR{rawRecord(owner, dns.TypeHTTPS, "\x00\x01\x00\x00\x01\x00\x03\x02h2"), rawRecord(owner, dns.TypeHTTPS, "\x00\x02\x00\x00\x00\x00\x02\x00\x03")}, remark: withheld},
		"parameters of an alias":           {qtype: dns.TypeHTTPS, answer: []dns.RR{rawRecord(owner, dns.TypeHTTPS, "\x00\x00\x04shop\x07example\x00\x00\x00\x00\x02\x00\x03")}, want: []string{`shop.example. 0 IN HTTPS 0 shop.example. mandatory="port"`}},
		"one of two service records":       {qtype: dns.TypeSVCB, answer: []dns.RR{rawRecord(owner, dns.TypeSVCB, "\x00\x01\x00"), rawRecord(owner, dns.TypeSVCB, "\x00\x02\x00\x00\x03\x00\x01\x01")}, remark: withheld},
	} {
		o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
			r := new(dns.Msg).SetReply(q)
			if q.Question[0].Qtype == tc.qtype {
				r.Answer, r.Extra = tc.answer, tc.beside
				if tc.option != nil {
					r.SetEdns0(1232, false)
					r.IsEdns0().Option = []dns.EDNS0{tc.option}
				}
			}
			return r
		})
		for _, url := range []string{o.url, "tcp" + o.url[len("udp"):]} {
			t.Run(name+" "+url[:3], func(t *testing.T) {
				t.Parallel()
				s := start(t, Options{Upstreams: []string{url}})
				for range 2 {
					r := ask(t, s, newQuery(owner, tc.qtype, edns))
					if diff := cmp.Diff(tc.want, texts(r.Answer)); diff != "" || r.Rcode != dns.RcodeSuccess {
						t.Errorf("%v (-want +got):\n%s", r, diff)
					}
					e, _ := remarkOf(r)
					if diff := cmp.Diff(tc.remark, e); diff != "" {
						t.Errorf("remark (-want +got):\n%s", diff)
					}
				}
				if n := o.times(owner, tc.qtype); n > 2 {
					t.Errorf("asked %d times by two ways; want once each", n)
				}
			})
		}
	}
}

// TestMalformedAnswer has replies that nothing can be made of, or only what would
// hide where the name leads. Another upstream is asked; without one there is an
// error that says so.
func TestMalformedAnswer(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string][]dns.RR{
		"address of three bytes": {rawRecord("shop.example.", dns.TypeA, "abc")},
		"alias":                  {rawRecord("shop.example.", dns.TypeCNAME, "\x07blocked\xc1"), rawRecord("shop.example.", dns.TypeA, "\xc0\x00\x02\x01")},
		"branch":                 {rawRecord("example.", dns.TypeDNAME, "\x07blocked\xc1"), rawRecord("shop.example.", dns.TypeA, "\xc0\x00\x02\x01")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bad := newOrigin(t, func(q *dns.Msg) *dns.Msg {
				r := new(dns.Msg).SetReply(q)
				r.Answer = answer
				return r
			})
			good := newOrigin(t, func(q *dns.Msg) *dns.Msg { return address(t, q) })
			alone := start(t, Options{Upstreams: []string{bad.url}})
			r := ask(t, alone, newQuery("shop.example.", dns.TypeA, edns))
			if e, ok := remarkOf(r); r.Rcode != dns.RcodeServerFailure || !ok || e.ExtraText != "malformed answer" {
				t.Errorf("%v; want SERVFAIL for a malformed answer", r)
			}
			_, err := alone.Lookup(t.Context(), mustParse(t, "shop.example"))
			if !errors.Is(err, ErrFailed) {
				t.Errorf("Lookup: %v; want ErrFailed", err)
			}
			both := start(t, Options{Upstreams: []string{bad.url, good.url}})
			if r := ask(t, both, newQuery("shop.example.", dns.TypeA, edns)); len(r.Answer) != 1 {
				t.Errorf("%v; want the other upstream's address", r)
			}
		})
	}
}

// TestShortRecord has answers of the type that was asked for whose data ends before
// all of its parts are there, or just there: nothing is made up for them.
func TestShortRecord(t *testing.T) {
	t.Parallel()
	const owner = "shop.example."
	name := "\x02ns" + "\xc0\x0c" // below the name in the question
	for _, tc := range []struct {
		qtype uint16
		data  string
		short bool
	}{
		{dns.TypeLOC, "\x00\x12\x16\x13", true},
		{dns.TypeLOC, "\x00\x12\x16\x13" + "\x80\x00\x00\x00" + "\x80\x00\x00\x00" + "\x00\x98\x96\x80", false},
		{dns.TypeRRSIG, "\x00\x01\x05", true},
		{dns.TypeRRSIG, "\x00\x01\x08\x02\x00\x00\x00\x3c" + "\x00\x00\x00\x00\x00\x00\x00\x00" + "\x00\x01\x00", true},
		{dns.TypeRRSIG, "\x00\x01\x08\x02\x00\x00\x00\x3c" + "\x00\x00\x00\x00\x00\x00\x00\x00" + "\x00\x01\x00s", false},
		{dns.TypeNSEC3, "\x01\x00\x00", true},
		{dns.TypeNSEC3, "\x01\x00\x00\x00\x00", true},
		{dns.TypeNSEC3PARAM, "\x01\x00\x00\x01", true},
		{dns.TypeNSEC3PARAM, "\x01\x00\x00\x01\x00", false},
		{dns.TypeMX, "\x00", true},
		{dns.TypeMX, "\x00\x0a", true},
		{dns.TypeMX, "\x00\x0a" + name, false},
		{dns.TypeSRV, "\x00\x01\x00\x01", true},
		{dns.TypeSRV, "\x00\x01\x00\x01\x00\x50" + name, false},
		{dns.TypeSOA, name + name, true},
		{dns.TypeSOA, name + name + "\x00\x00\x00\x01", true},
		{dns.TypeSOA, name + name + string(make([]byte, 20)), false},
		{dns.TypeNAPTR, "\x00\x01\x00\x01\x01U\x00", true},
		{dns.TypeNAPTR, "\x00\x01\x00\x01\x01U\x00\x00\x00", false},
		{dns.TypeDS, "\x00\x01\x08", true},
		{dns.TypeDNSKEY, "\x01\x00", true},
		{dns.TypeTLSA, "\x03\x01", true},
		{dns.TypeCAA, "\x00", true},
		{dns.TypeCAA, "\x00\x05issue;", false},
		{dns.TypeHINFO, "\x03cpu", true},
		{dns.TypeEUI48, "\x01\x02\x03\x04\x05", true},
		{dns.TypeL64, "\x00\x0a", true},
		{dns.TypeTXT, "\x00", false},
		{65280, "\x01", false},
	} {
		t.Run(fmt.Sprintf("%s/%x", dns.Type(tc.qtype), tc.data), func(t *testing.T) {
			t.Parallel()
			o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
				r := new(dns.Msg).SetReply(q)
				if q.Question[0].Qtype == tc.qtype {
					r.Answer = []dns.RR{rawRecord(owner, tc.qtype, tc.data)}
				}
				return r
			})
			s := start(t, Options{Upstreams: []string{o.url}})
			r := ask(t, s, newQuery(owner, tc.qtype, dnssec))
			e, _ := remarkOf(r)
			if tc.short && (r.Rcode != dns.RcodeServerFailure || e == nil || e.ExtraText != "malformed answer") || !tc.short && len(r.Answer) != 1 {
				t.Errorf("%v; want it taken for malformed: %v", r, tc.short)
			}
		})
	}
}

// TestMalformedLead has a set of service records with one that cannot be read: it is
// withheld, and where the others lead is judged all the same.
func TestMalformedLead(t *testing.T) {
	t.Parallel()
	bad := rawRecord("", dns.TypeHTTPS, "\x00\x01\x00\x00\x03\x00\x01\x01")
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		r, name := new(dns.Msg).SetReply(q), q.Question[0].Name
		switch q.Question[0].Qtype {
		case dns.TypeA:
			r.Answer = []dns.RR{rawRecord(name, dns.TypeA, "\xc0\x00\x02\x01")}
		case dns.TypeHTTPS:
			broken := dns.Copy(bad)
			broken.Header().Name = name
			target := "\x01x\x07blocked\x07example\x00"
			if name != "leads.example." && name != "amazon.co.jp." {
				target = "\x05other\x07example\x00"
			}
			r.Answer = []dns.RR{rawRecord(name, dns.TypeHTTPS, "\x00\x01"+target), broken}
		}
		return r
	})
	s := start(t, Options{Upstreams: []string{o.url}, Policy: policy([]string{"blocked.example"}, nil)})
	for name, want := range map[string]int{"leads.example.": dns.RcodeNameError, "fine.example.": dns.RcodeSuccess, "amazon.co.jp.": dns.RcodeSuccess} {
		for range 2 {
			if r := ask(t, s, newQuery(name, dns.TypeA)); r.Rcode != want {
				t.Errorf("%v; want rcode %d", r, want)
			}
		}
	}
	if r := ask(t, s, newQuery("fine.example.", dns.TypeHTTPS, edns)); len(r.Answer) != 0 {
		t.Errorf("%v; want the set withheld", r)
	}
}

// FuzzSalvage holds what is left of a reply to what of it is there: each record
// that is taken can be given out, and aliases and addresses are never lost.
func FuzzSalvage(f *testing.F) {
	for _, rr := range []dns.RR{
		rawRecord("shop.example.", dns.TypeA, "abc"),
		rawRecord("shop.example.", dns.TypeHTTPS, "\x00\x01\x00\x00\x03\x00\x01\x01"),
		rawRecord("shop.example.", dns.TypeCNAME, "\x07blocked\xc1"),
	} {
		m := newQuery("shop.example.", dns.TypeA)
		m.Response, m.Answer = true, []dns.RR{rr}
		m.Extra = []dns.RR{rawRecord("ns.example.", dns.TypeAAAA, "x")}
		if wire, err := m.Pack(); err == nil {
			f.Add(wire)
		}
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		m, err := upstream.Parse(wire)
		if err != nil {
			if !errors.Is(err, upstream.ErrMalformed) {
				t.Errorf("err = %v; want ErrMalformed", err)
			}
			return
		}
		if strict := new(dns.Msg); strict.Unpack(wire) == nil || len(wire) < headerLen {
			return
		}
		if len(m.Question) != int(wire[4])<<8|int(wire[5]) {
			t.Errorf("%d questions of %x", len(m.Question), wire)
		}
		if len(m.Answer)+len(m.Ns)+len(m.Extra) > int(wire[6])<<8+int(wire[7])+int(wire[8])<<8+int(wire[9])+int(wire[10])<<8+int(wire[11]) {
			t.Errorf("more records than in %x", wire)
		}
	})
}
