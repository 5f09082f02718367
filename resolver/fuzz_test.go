package resolver

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"sekisho/resolver/datagram"
)

// FuzzHandle feeds packets as they may come from anybody. Whatever comes back
// at once belongs to the packet, is well-formed and no longer than permitted.
func FuzzHandle(f *testing.F) {
	for _, q := range []*dns.Msg{
		newQuery("shop.example.", dns.TypeA), newQuery("blocked.example.", dns.TypeHTTPS, dnssec), newQuery("x.local.", dns.TypeANY, edns),
		newQuery("shop.example.", dns.TypeA, option(&dns.EDNS0_COOKIE{Cookie: "0102030405060708"})),
		newQuery("shop.example.", dns.TypeIXFR, func(q *dns.Msg) { q.Ns = []dns.RR{soa("shop.example.", 1)} }),
		newQuery(strings.Repeat("a.", 127), dns.TypeTXT), newQuery(".", dns.TypeNS),
	} {
		wire, err := q.Pack()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(wire, false)
		f.Add(wire, true)
	}
	f.Add(append(header(0x100, 1), "\xc0\x0c\x00\x01\x00\x01"...), false)
	s, err := New(Options{Upstreams: []string{"udp://192.0.2.1"}, Policy: policy([]string{"blocked.example"}, nil)})
	if err != nil {
		f.Fatal(err)
	}
	s.tasks.close() // nothing is asked: what is not known fails at once
	client := netip.MustParseAddr("127.0.0.1")
	f.Fuzz(func(t *testing.T, packet []byte, tcp bool) {
		before := bytes.Clone(packet)
		var late []byte
		reply, waits := s.handle(packet, client, arrival{tcp: tcp}, nil, sends(func(b []byte) { late = b }))
		if waits {
			reply = late
		}
		if !bytes.Equal(before, packet) {
			t.Fatal("packet was changed")
		}
		if reply == nil {
			if len(packet) >= headerLen && packet[2]&0x80 == 0 {
				t.Fatalf("no reply to %x", packet)
			}
			return
		}
		limit := dns.MinMsgSize
		if tcp {
			limit = dns.MaxMsgSize
		} else if len(reply) > limit {
			limit = datagram.MaxReply
		}
		if len(reply) > limit || !bytes.Equal(reply[:2], packet[:2]) || reply[2]&0x80 == 0 || reply[2]>>3&0xf != packet[2]>>3&0xf {
			t.Fatalf("reply %x to %x", reply, packet)
		}
		m := new(dns.Msg)
		if err := m.Unpack(reply); err != nil {
			t.Fatalf("malformed reply %x to %x: %v", reply, packet, err)
		}
		if n := len(m.Question); n == 1 {
			end := skipName(reply, headerLen) + 4
			if !bytes.Equal(reply[headerLen:end], packet[headerLen:end]) {
				t.Fatalf("question of %x is not that of %x", reply, packet)
			}
		} else if m.Rcode == dns.RcodeSuccess {
			t.Fatalf("success without a question: %x", reply)
		}
	})
}

// FuzzScrub feeds upstream replies. What survives answers the question, is in
// a form that replies can be made from, and holds no private address.
func FuzzScrub(f *testing.F) {
	seed := func(rrs ...string) {
		m := new(dns.Msg).SetQuestion("shop.example.", dns.TypeA)
		m.Response = true
		for _, text := range rrs {
			rr, err := dns.NewRR(text)
			if err != nil {
				f.Fatal(err)
			}
			m.Answer = append(m.Answer, rr)
		}
		m.Ns = []dns.RR{soa("example.", 60)}
		wire, err := m.Pack()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(wire, uint16(dns.TypeA), true)
		f.Add(wire, uint16(dns.TypeHTTPS), false)
	}
	seed("shop.example. 60 IN CNAME a.example.", "a.example. 60 IN A 192.0.2.1", "a.example. 60 IN A 10.0.0.1")
	seed("example. 60 IN DNAME test.example.", "shop.test.example. 60 IN AAAA ::1")
	seed(`shop.example. 60 IN HTTPS 1 . mandatory=ech,ipv4hint ech="AEX+DQ==" ipv4hint=10.0.0.1`, `shop.example. 60 IN RRSIG A 8 2 60 20300101000000 20200101000000 1 example. AAAA`)
	seed("shop.example. 60 IN CNAME pc.local.", "pc.local. 60 IN A 192.0.2.1")
	seed("shop.example. 60 IN HTTPS 0 pc.local.", "shop.example. 60 IN HTTPS 1 localhost. alpn=h2")
	none, inside := func(netip.Addr) bool { return false }, new(settings).inside
	f.Fuzz(func(t *testing.T, raw []byte, qtype uint16, do bool) {
		reply := new(dns.Msg)
		if reply.Unpack(raw) != nil {
			return
		}
		e, err := scrub(reply, "shop.example.", qtype, do, none, inside)
		if err != nil {
			return
		}
		if e.ttl < 0 || e.ttl > maxTTL {
			t.Fatalf("TTL %v", e.ttl)
		}
		question := binary.BigEndian.AppendUint16([]byte("\x04sHoP\x07eXaMpLe\x00"), qtype)
		q := &query{question: append(question, 0, 1), limit: dns.MaxMsgSize}
		wire := appendReply(nil, q, &e.answer, freshness{}, e.remark)
		m := new(dns.Msg)
		if err := m.Unpack(wire); err != nil {
			t.Fatalf("malformed reply %x from %x: %v", wire, raw, err)
		}
		if m.Truncated {
			return
		}
		if len(m.Answer) != int(e.answers) || len(m.Ns) != int(e.authority) || len(m.Extra) != 0 {
			t.Fatalf("counts of %x do not match its content", wire)
		}
		for _, rr := range m.Answer {
			switch rr := rr.(type) {
			case *dns.A:
				if a, ok := netip.AddrFromSlice(rr.A); ok && isPrivate(a) {
					t.Fatalf("private address %v", a)
				}
			case *dns.AAAA:
				if a, ok := netip.AddrFromSlice(rr.AAAA); ok && isPrivate(a) {
					t.Fatalf("private address %v", a)
				}
			case *dns.CNAME:
				if inside(rr.Target) {
					t.Fatalf("alias to %s", rr.Target)
				}
			case *dns.HTTPS:
				if inside(rr.Target) && rr.Target != "." {
					t.Fatalf("target %s", rr.Target)
				}
				for _, v := range rr.Value {
					if v.Key() == dns.SVCB_ECHCONFIG {
						t.Fatal("ech is still there")
					}
				}
			}
		}
	})
}
