package resolver

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// A maker makes shapes, the same ones for the same seed.
type maker struct {
	t    testing.TB
	rand *rand.Rand
	all  []*shape
}

// ttls are the TTLs that shapes have.
var ttls = []uint32{0, 1, 30, 300, 3600, 86400, 86401, 604800, 1<<31 - 1, 1 << 31}

// data are records by type, in presentation form; %s is the name's own end.
var data = map[string][]string{
	"A": {"192.0.2.1", "198.51.100.7", "203.0.113.9"}, "AAAA": {"2001:db8::1", "2001:db8:2::7"},
	"MX": {"10 mx.%s", "20 MX2.Example."}, "TXT": {`"v=spf1 -all"`, `"a" "b\"c\\d" "\000\255"`, `""`}, "NS": {"ns1.%s", "NS2.%s"},
	"SRV": {"1 2 443 srv.%s"}, "CAA": {`0 issue "ca.example"`, `128 tbs "x"`}, "PTR": {"host.%s"}, "NAPTR": {`1 2 "u" "E2U+sip" "!^.*$!sip:x@example!" .`},
	"TLSA": {"3 1 1 0011223344556677889900112233445566778899001122334455667788990011"}, "SSHFP": {"4 2 00112233"}, "DS": {"12345 8 2 00112233445566778899"},
	"HTTPS": {"1 . alpn=h2,h3", "2 svc.%s port=8443 ipv4hint=192.0.2.7"}, "SVCB": {"1 . alpn=dot port=853"}, "LOC": {"35 0 0 N 135 0 0 E 10m"},
	"HINFO": {`"PDP" "TOPS"`}, "RP": {"who.%s txt.%s"}, "URI": {`1 2 "https://x.example/"`}, "CERT": {"1 2 8 AAAA"}, "OPENPGPKEY": {"AAAA"}, "AFSDB": {"1 afs.%s"},
	"SOA": {"ns.%s who.%s 1 2 3 4 5"}, "DNSKEY": {"257 3 8 AAAA"}, "EUI48": {"00-11-22-33-44-55"}, "SMIMEA": {"3 1 1 0011"}, "TYPE65400": {`\# 4 DEADBEEF`},
	"TYPE65": {`\# 3 000000`},
}

func pick[T any](m *maker, from []T) T { return from[m.rand.IntN(len(from))] }

// record is a record of owner; %s in its data is below.
func (m *maker) record(owner string, ttl uint32, rtype, text, below string) dns.RR {
	m.t.Helper()
	rr, err := dns.NewRR(fmt.Sprintf("%s 60 IN %s %s", owner, rtype, strings.ReplaceAll(text, "%s", below)))
	if err != nil {
		m.t.Fatalf("%s %s: %v", rtype, text, err)
	}
	rr.Header().Ttl = ttl
	return rr
}

// add begins a shape about a name of its own.
func (m *maker) add(kind string) *shape {
	name := fmt.Sprintf("s%d.%s", len(m.all), shapeZone)
	s := &shape{kind: kind, name: name, qtype: dns.TypeA, soa: name, soaTTL: pick(m, ttls), soaLeast: pick(m, ttls)}
	m.all = append(m.all, s)
	do := m.rand.IntN(2) == 0
	withOPT := func(q *dns.Msg) { q.SetEdns0(1232, do) }
	for _, vary := range []func(*dns.Msg){
		withOPT,
		func(q *dns.Msg) { q.CheckingDisabled = true },
		func(q *dns.Msg) { q.AuthenticatedData = true },
		m.mixCase(),
	} {
		if m.rand.IntN(3) == 0 {
			s.query = append(s.query, vary)
		}
	}
	return s
}

// mixCase returns a change of the case of the question.
func (m *maker) mixCase() func(*dns.Msg) {
	bits := m.rand.Uint64()
	return func(q *dns.Msg) {
		name := []byte(q.Question[0].Name)
		for i, c := range name {
			if c >= 'a' && c <= 'z' && bits>>(i%64)&1 != 0 {
				name[i] -= 'a' - 'A'
			}
		}
		q.Question[0].Name = string(name)
	}
}

// end gives owner addresses, or nothing, or has it not exist.
func (m *maker) end(s *shape, owner string) {
	switch m.rand.IntN(4) {
	case 0:
		s.records = append(s.records, m.record(owner, pick(m, ttls), "TXT", `"other"`, owner))
	case 1:
	default:
		for i := range 1 + m.rand.IntN(3) {
			s.records = append(s.records, m.record(owner, 300, "A", data["A"][i], owner))
		}
	}
}

// plain has records of one type, some of several.
func (m *maker) plain() {
	s := m.add("records")
	types := make([]string, 0, len(data))
	for rtype := range data {
		types = append(types, rtype)
	}
	slices.Sort(types)
	rtype := pick(m, types)
	ttl := pick(m, ttls)
	for i := range 1 + m.rand.IntN(len(data[rtype])) {
		rr := m.record(s.name, ttl, rtype, data[rtype][i], s.name)
		s.qtype, s.records = rr.Header().Rrtype, append(s.records, rr)
	}
}

// denied has nothing of the type, or nothing at all.
func (m *maker) denied() {
	s := m.add("denial")
	s.qtype = pick(m, []uint16{dns.TypeA, dns.TypeAAAA, dns.TypeMX, dns.TypeHTTPS, 65400})
	if m.rand.IntN(2) == 0 {
		s.records = append(s.records, m.record(s.name, 60, "TXT", `"x"`, s.name))
	}
	s.soa = pick(m, []string{s.name, s.name, s.name, shapeZone, "example.", ".", "", "other.invalid."})
	if s.soa != s.name { // others have it too, and it would grow old as one
		s.soaTTL, s.soaLeast = 0, 0
	}
}

// chain has a name lead to others, in order or out of it.
func (m *maker) chain() {
	s := m.add("chain")
	hops := 1 + m.rand.IntN(14)
	name := s.name
	for i := range hops {
		next := fmt.Sprintf("h%d.%s", i, s.name)
		s.records = append(s.records, m.record(name, pick(m, ttls), "CNAME", next, name))
		name = next
	}
	if m.rand.IntN(8) == 0 {
		s.kind = "loop"
		s.records = append(s.records, m.record(name, 60, "CNAME", s.name, name))
	}
	m.end(s, name)
	if m.rand.IntN(4) == 0 {
		s.qtype = dns.TypeCNAME
	}
	if m.rand.IntN(3) == 0 {
		s.kind += ", shuffled"
		seed := m.rand.Uint64()
		s.edit = func(r *dns.Msg) {
			rand.New(rand.NewPCG(seed, 0)).Shuffle(len(r.Answer), func(i, j int) { r.Answer[i], r.Answer[j] = r.Answer[j], r.Answer[i] })
		}
	}
}

// branch has the question below a DNAME.
func (m *maker) branch() {
	s := m.add("branch")
	s.bare = m.rand.IntN(2) == 0
	if s.bare {
		s.kind = "branch without CNAME"
	}
	target := "t." + s.name
	s.records = append(s.records, m.record("b."+s.name, pick(m, ttls), "DNAME", target, s.name))
	m.end(s, "www."+target)
	s.name = "www.b." + s.name
}

// large does not fit into a datagram.
func (m *maker) large() {
	s := m.add("large")
	s.qtype = dns.TypeTXT
	for i := range 20 + m.rand.IntN(80) {
		s.records = append(s.records, m.record(s.name, 300, "TXT", fmt.Sprintf(`"%03d %s"`, i, strings.Repeat("x", 100)), s.name))
	}
}

// strangers has records that nobody asked for.
func (m *maker) strangers() {
	s := m.add("strangers")
	s.records = append(s.records, m.record(s.name, 300, "A", "192.0.2.1", s.name))
	stranger := m.record("victim.example.", 300, "A", "192.0.2.66", s.name)
	servers := m.record("example.", 300, "NS", "ns.victim.example.", s.name)
	where := m.rand.IntN(3)
	s.edit = func(r *dns.Msg) {
		switch where {
		case 0:
			r.Answer = append(r.Answer, stranger)
		case 1:
			r.Ns = append(r.Ns, servers)
		default:
			r.Extra = append(r.Extra, stranger)
		}
	}
}

// guarded has what sekisho keeps from its clients on purpose.
func (m *maker) guarded() {
	s := m.add("guarded")
	if m.rand.IntN(2) == 0 {
		for _, addr := range []string{"192.0.2.1", pick(m, []string{"10.0.0.1", "127.0.0.1", "169.254.1.1", "192.168.1.1", "0.0.0.0"})} {
			s.records = append(s.records, m.record(s.name, 300, "A", addr, s.name))
		}
		return
	}
	s.qtype = dns.TypeHTTPS
	s.records = append(s.records, m.record(s.name, 300, "HTTPS", "1 . "+pick(m, []string{"ech=AEX+DQ==", "mandatory=ech ech=AEX+DQ==", "alpn=h2 mandatory=alpn,ech ech=AEX+DQ=="}), s.name))
}

// failing has an error code.
func (m *maker) failing() {
	s := m.add("failure")
	rcode := pick(m, []int{dns.RcodeServerFailure, dns.RcodeRefused, dns.RcodeYXDomain, dns.RcodeNotAuth, dns.RcodeNotImplemented})
	s.edit = func(r *dns.Msg) { r.Answer, r.Ns, r.Rcode = nil, nil, rcode }
}

// makeShapes makes n shapes or a few more. Failures come last: what a resolver
// concludes from them about the server is not to reach the others.
func makeShapes(t testing.TB, seed uint64, n int) []*shape {
	m := &maker{t: t, rand: rand.New(rand.NewPCG(seed, 6))}
	makers := []func(){m.plain, m.plain, m.plain, m.plain, m.denied, m.denied, m.chain, m.chain, m.branch, m.large, m.strangers, m.guarded}
	for len(m.all) < n*19/20 {
		pick(m, makers)()
	}
	for len(m.all) < n {
		m.failing()
	}
	return m.all
}
