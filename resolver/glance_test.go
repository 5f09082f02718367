package resolver

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
)

// shopLookup is a lookup of shop.example.
func shopLookup(t testing.TB, qtype uint16) lookup {
	t.Helper()
	set, err := newSettings(Options{Upstreams: []string{"udp://192.0.2.1"}}, netip.AddrPort{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return lookup{wire: shop, qtype: qtype, group: set.main, settings: set}
}

// reading is what an entry tells, with a question in another case than that of
// the reply it was made from.
type reading struct {
	Rcode      int
	AD         bool
	Answer, Ns []string
	Addrs      []netip.Addr
	TTL        time.Duration
	Host       string
}

func readingOf(t *testing.T, e *entry, qtype uint16) reading {
	t.Helper()
	question := binary.BigEndian.AppendUint16([]byte("\x04sHoP\x07eXaMpLe\x00"), qtype)
	q := &query{question: append(question, 0, 1), limit: dns.MaxMsgSize, ad: true}
	m := new(dns.Msg)
	wire := appendReply(nil, q, &e.answer, freshness{}, e.remark)
	if err := m.Unpack(wire); err != nil {
		t.Fatalf("malformed reply %x: %v", wire, err)
	}
	r := reading{Rcode: m.Rcode, AD: m.AuthenticatedData, Addrs: e.addrs, TTL: e.ttl, Host: e.host.String()}
	for _, rr := range m.Answer {
		r.Answer = append(r.Answer, strings.ToLower(rr.String()))
	}
	for _, rr := range m.Ns {
		r.Ns = append(r.Ns, strings.ToLower(rr.String()))
	}
	return r
}

// agree fails unless what a glance makes of reply is what the parser makes.
func agree(t *testing.T, reply []byte, l lookup) *entry {
	t.Helper()
	e := glance(reply, l, newVerdicts())
	if e == nil {
		return nil
	}
	m := new(dns.Msg)
	if err := m.Unpack(reply); err != nil {
		t.Fatalf("glance took %x, which is malformed: %v", reply, err)
	}
	want, err := l.read(m)
	if err != nil {
		t.Fatalf("glance took %x, which is of no use: %v", reply, err)
	}
	if diff := cmp.Diff(readingOf(t, want, l.qtype), readingOf(t, e, l.qtype), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
		t.Fatalf("%x (-parser +glance):\n%s", reply, diff)
	}
	if len(want.hops)+len(want.targets)+len(want.withheld) > 0 {
		t.Fatalf("glance missed hops or addresses of %x", reply)
	}
	return e
}

// replyTo is a reply to a question for shop.example, with records by section.
func replyTo(t testing.TB, qtype uint16, compress bool, answer, authority []string, edits ...func(*dns.Msg)) []byte {
	t.Helper()
	m := new(dns.Msg).SetQuestion("shop.example.", qtype)
	m.Response, m.Compress = true, compress
	for section, texts := range map[*[]dns.RR][]string{&m.Answer: answer, &m.Ns: authority} {
		for _, text := range texts {
			rr, err := dns.NewRR(text)
			if err != nil {
				t.Fatal(err)
			}
			*section = append(*section, rr)
		}
	}
	for _, f := range edits {
		f(m)
	}
	wire, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return wire
}

func nxdomain(m *dns.Msg) { m.Rcode = dns.RcodeNameError }

const (
	exampleSOA = "example. 3600 IN SOA ns.example. who.shop.example. 1 2 3 4 300"
	rootSOA    = ". 86400 IN SOA a.root-servers.net. nstld.verisign-grs.com. 1 2 3 4 86400"
)

// TestGlance tells which replies a glance is enough for, and that it sees in
// them what the parser sees.
func TestGlance(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		qtype uint16
		reply []byte
		taken bool
	}{
		{"address", dns.TypeA, replyTo(t, dns.TypeA, true, []string{"shop.example. 60 IN A 192.0.2.1"}, nil), true},
		{"whole owner", dns.TypeA, replyTo(t, dns.TypeA, false, []string{"shop.example. 60 IN A 192.0.2.1", "shop.example. 50 IN A 192.0.2.2"}, nil, edns), true},
		{"IPv6", dns.TypeAAAA, replyTo(t, dns.TypeAAAA, true, []string{"shop.example. 60 IN AAAA 2001:db8::1"}, nil, edns), true},
		{"TTL over a day", dns.TypeA, replyTo(t, dns.TypeA, true, []string{"shop.example. 604800 IN A 192.0.2.1"}, nil), true},
		{"TTL with the top bit", dns.TypeA, replyTo(t, dns.TypeA, true, []string{"shop.example. 2147483648 IN A 192.0.2.1"}, nil), true},
		{"no data", dns.TypeHTTPS, replyTo(t, dns.TypeHTTPS, true, nil, []string{exampleSOA}, edns), true},
		{"no data, no SOA", dns.TypeHTTPS, replyTo(t, dns.TypeHTTPS, true, nil, nil), true},
		{"no name", dns.TypeA, replyTo(t, dns.TypeA, true, nil, []string{rootSOA}, nxdomain), true},
		{"authentic", dns.TypeA, replyTo(t, dns.TypeA, true, []string{"shop.example. 60 IN A 192.0.2.1"}, nil, func(m *dns.Msg) { m.AuthenticatedData = true }), true},
		{"alias", dns.TypeA, replyTo(t, dns.TypeA, true, []string{"shop.example. 60 IN CNAME a.example.", "a.example. 60 IN A 192.0.2.1"}, nil), false},
		{"private address", dns.TypeA, replyTo(t, dns.TypeA, true, []string{"shop.example. 60 IN A 10.0.0.1"}, nil), false},
		{"mapped private address", dns.TypeAAAA, replyTo(t, dns.TypeAAAA, true, []string{"shop.example. 60 IN AAAA ::ffff:10.0.0.1"}, nil), false},
		{"SOA of another zone", dns.TypeA, replyTo(t, dns.TypeA, true, nil, []string{"other. 60 IN SOA a. b. 1 2 3 4 5"}), false},
		{"two in authority", dns.TypeA, replyTo(t, dns.TypeA, true, nil, []string{exampleSOA, "example. 60 IN NS ns.example."}), false},
		{"service record", dns.TypeHTTPS, replyTo(t, dns.TypeHTTPS, true, []string{"shop.example. 60 IN HTTPS 1 . alpn=h2"}, nil), false},
		{"option", dns.TypeA, replyTo(t, dns.TypeA, true, []string{"shop.example. 60 IN A 192.0.2.1"}, nil, option(&dns.EDNS0_EDE{InfoCode: 3})), false},
		{"failure", dns.TypeA, replyTo(t, dns.TypeA, true, nil, nil, func(m *dns.Msg) { m.Rcode = dns.RcodeServerFailure }), false},
		{"no such name, with an address", dns.TypeA, replyTo(t, dns.TypeA, true, []string{"shop.example. 60 IN A 192.0.2.1"}, nil, nxdomain), false},
		{"one byte more", dns.TypeA, append(replyTo(t, dns.TypeA, true, []string{"shop.example. 60 IN A 192.0.2.1"}, nil), 0), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if e := agree(t, tc.reply, shopLookup(t, tc.qtype)); (e != nil) != tc.taken {
				t.Errorf("taken %v; want %v", e != nil, tc.taken)
			}
		})
	}
}

// TestGlanceMovingPointer has the name of a SOA's server continue in the TTL
// before it, which changes as the answer grows old.
func TestGlanceMovingPointer(t *testing.T) {
	t.Parallel()
	reply := replyTo(t, dns.TypeA, true, nil, []string{"example. 60 IN SOA a. b. 1 2 3 4 5"})
	at := bytes.Index(reply, []byte("\x01a\x00\x01b\x00"))
	ttl := at - 6
	copy(reply[ttl:], "\x01x\x00\x00")
	copy(reply[at:], []byte{0xc0, byte(ttl), 0})
	if e := glance(reply, shopLookup(t, dns.TypeA), newVerdicts()); e != nil {
		t.Errorf("taken: %x", e.records)
	}
}

// FuzzGlance feeds replies that fit the question: a glance and the parser agree
// on name, type and answer.
func FuzzGlance(f *testing.F) {
	types := []uint16{dns.TypeA, dns.TypeAAAA, dns.TypeHTTPS}
	for _, reply := range [][]byte{
		replyTo(f, dns.TypeA, true, []string{"shop.example. 60 IN A 192.0.2.1", "shop.example. 3 IN A 192.0.2.2"}, nil, edns),
		replyTo(f, dns.TypeAAAA, false, []string{"shop.example. 60 IN AAAA 2001:db8::1"}, nil),
		replyTo(f, dns.TypeHTTPS, true, nil, []string{exampleSOA}, edns),
		replyTo(f, dns.TypeA, true, nil, []string{rootSOA}, nxdomain),
		replyTo(f, dns.TypeA, true, []string{"shop.example. 60 IN CNAME a.example.", "a.example. 60 IN A 192.0.2.1"}, nil),
	} {
		f.Add(reply)
	}
	lookups := make([]lookup, len(types))
	for i, qtype := range types {
		lookups[i] = shopLookup(f, qtype)
	}
	f.Fuzz(func(t *testing.T, reply []byte) {
		for i, qtype := range types {
			question := string(binary.BigEndian.AppendUint16([]byte(shop), qtype)) + classIN
			if len(reply) > headerLen+len(question) && string(reply[headerLen:headerLen+len(question)]) == question && reply[2]&0x02 == 0 {
				agree(t, reply, lookups[i])
			}
		}
	})
}

// FuzzPatch makes replies from one entry with all that differs between askers:
// id, bits, case, size, age. Every one is well-formed, within its limit and
// tells the records of the entry.
func FuzzPatch(f *testing.F) {
	f.Add(replyTo(f, dns.TypeA, true, []string{"shop.example. 60 IN CNAME www.shop.example.", "www.shop.example. 60 IN A 192.0.2.1"}, nil), uint16(7), uint16(512), uint32(50), uint16(0x5a5a), uint8(0))
	f.Add(replyTo(f, dns.TypeA, true, nil, []string{exampleSOA}), uint16(9), uint16(1232), uint32(1<<31), uint16(1), uint8(0xff))
	l := shopLookup(f, dns.TypeA)
	f.Fuzz(func(t *testing.T, reply []byte, id, limit uint16, age uint32, cases uint16, bits uint8) {
		m := new(dns.Msg)
		if m.Unpack(reply) != nil {
			return
		}
		e, err := l.read(m)
		if err != nil {
			return
		}
		before := bytes.Clone(e.records)
		question := []byte(shop + typeA + classIN)
		for i := range len(shop) {
			if c := question[i]; c >= 'a' && c <= 'z' && cases>>(i%16)&1 != 0 {
				question[i] ^= 0x20
			}
		}
		q := &query{
			id: id, question: question, limit: max(dns.MinMsgSize, int(limit)),
			rd: bits&1 != 0, ad: bits&2 != 0, cd: bits&4 != 0, edns: bits&8 != 0, do: bits&16 != 0,
		}
		fresh := freshness{age: time.Duration(age) * time.Second, stale: bits&32 != 0}
		wire := appendReply(nil, q, &e.answer, fresh, remark{3, strings.Repeat("x", int(bits))})
		if !bytes.Equal(before, e.records) {
			t.Fatal("the entry was changed")
		}
		got := new(dns.Msg)
		if err := got.Unpack(wire); err != nil || len(wire) > q.limit {
			t.Fatalf("reply %x of %d bytes: %v", wire, len(wire), err)
		}
		if got.Id != id || got.RecursionDesired != q.rd || got.CheckingDisabled != q.cd || (got.IsEdns0() != nil) != q.edns || !bytes.Equal(wire[headerLen:headerLen+len(question)], question) {
			t.Fatalf("reply %x does not fit the query", wire)
		}
		if !got.Truncated && (len(got.Answer) != int(e.answers) || len(got.Ns) != int(e.authority)) {
			t.Fatalf("reply %x lacks records", wire)
		}
		for _, rr := range append(got.Answer, got.Ns...) {
			if ttl := rr.Header().Ttl; ttl > uint32(maxTTL/time.Second) || fresh.stale && ttl > staleTTL {
				t.Fatalf("TTL %d", ttl)
			}
		}
	})
}
