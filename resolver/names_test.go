package resolver

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"sekisho/rules"
)

// strangeFlags sets bits that a query has no use for.
func strangeFlags(t *testing.T) {
	s := start(t, Options{Upstreams: []string{newOrigin(t, zone(t, "shop.example. 60 IN A 192.0.2.1")).url}})
	r := exchange(t, s, append(header(0x0740, 1), shop+typeA+classIN...))
	if got, want := [2]byte{r[2], r[3]}, [2]byte{0x81, 0x80}; got != want {
		t.Errorf("flags %x; want %x: TC, AA and Z cleared", got, want)
	}
}

func longNames(t *testing.T) {
	label := strings.Repeat("a", 63)
	longest := fmt.Sprintf("%s.%s.%s.%s.", label, label, label, label[:61])
	deepest := strings.Repeat("b.", 127)
	s := start(t, Options{Upstreams: []string{newOrigin(t, zone(t, longest+" 60 IN A 192.0.2.1\n"+deepest+" 60 IN A 192.0.2.1\n. 60 IN A 192.0.2.1")).url}})
	for _, name := range []string{longest, deepest, "."} {
		for range 2 { // from the upstream, then from the cache
			if r := ask(t, s, newQuery(name, dns.TypeA)); len(r.Answer) != 1 {
				t.Errorf("%q: %v; want an answer", name, r)
			}
		}
	}
}

// dotInLabel asks for a name whose text form, split at dots, is below
// amazon.com but whose labels are not.
func dotInLabel(t *testing.T) {
	j, path := openJournal(t)
	o := newOrigin(t, zone(t, `sellercentral\.amazon\.com. 60 IN A 192.0.2.1`))
	s := start(t, Options{Upstreams: []string{o.url}, Journal: j, Policy: policy([]string{"evil.example"}, nil)})
	r := ask(t, s, newQuery(`sellercentral.amazon\.com.evil.example.`, dns.TypeA))
	if r.Rcode != dns.RcodeNameError || o.times(`sellercentral.amazon\.com.evil.example.`) != 0 {
		t.Errorf("dot within a label: rcode %d; want it blocked for its domain", r.Rcode)
	}
	if got := events(t, path); len(got) != 1 || got[0].Host != `sellercentral.amazon\046com.evil.example` {
		t.Errorf("events = %+v; want one with the dot escaped", got)
	}
}

func oddOctets(t *testing.T) {
	const name = "\x08\x00\xff \n\x1b\"\\.\x07example\x00"
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		r := new(dns.Msg).SetReply(q)
		r.Answer = []dns.RR{&dns.A{Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 60}, A: net.IPv4(192, 0, 2, 1)}}
		return r
	})
	j, path := openJournal(t)
	s := start(t, Options{Upstreams: []string{o.url}, Journal: j, Policy: policy([]string{"bad.example"}, nil)})
	packet := append(header(0x100, 1), name+typeA+classIN...)
	r := exchange(t, s, packet)
	if got := string(r[headerLen : headerLen+len(name)]); got != name {
		t.Errorf("question %q; want %q", got, name)
	}
	wire, err := o.lastQuery().Pack()
	if err != nil || string(wire[headerLen:headerLen+len(name)]) != name {
		t.Errorf("forwarded %q, %v; want the octets as they were", wire, err)
	}
	exchange(t, s, append(header(0x100, 1), "\x08\x00\xff \n\x1b\"\\.\x03bad\x07example\x00"+typeA+classIN...))
	got := events(t, path)
	if len(got) != 1 || strings.ContainsAny(got[0].Host, "\x00\n\x1b\" ") {
		t.Errorf("events = %+v; want one without control characters", got)
	}
}

func letterCase(t *testing.T) {
	o := newOrigin(t, zone(t, "shop.example. 60 IN A 192.0.2.1"))
	s := start(t, Options{Upstreams: []string{o.url}, Policy: policy([]string{"blocked.example"}, nil)})
	for _, name := range []string{"sHoP.eXaMpLe.", "SHOP.example.", "shop.EXAMPLE."} {
		r := ask(t, s, newQuery(name, dns.TypeA))
		if len(r.Answer) != 1 || r.Answer[0].Header().Name != name || r.Question[0].Name != name {
			t.Errorf("%s: %v; want the case of the question in question and owner", name, r)
		}
	}
	if n := o.times("shop.example.", dns.TypeA); n != 1 {
		t.Errorf("asked upstream %d times; want 1", n)
	}
	if r := ask(t, s, newQuery("BLOCKED.Example.", dns.TypeA)); r.Rcode != dns.RcodeNameError || r.Ns[0].Header().Name != "BLOCKED.Example." {
		t.Errorf("upper case: %v; want it blocked", r)
	}
}

// international asks for one blocked name in several spellings, and for names
// that are no IDN although they look so.
func international(t *testing.T) {
	o := newOrigin(t, zone(t, ""))
	s := start(t, Options{Upstreams: []string{o.url}, Policy: policy([]string{"アマゾン.example"}, nil)})
	for wire, blocked := range map[string]bool{
		"\x0dxn--cckwcxetd":               true,
		"\x0dXN--CCKWCXETD":               true,
		"\x0cアマゾン":                        true,
		"\x06xn--zz":                      false,
		"\x05\xc3\x28\xa0\xa1\xff":        false,
		"\x04\xe9t\xe9s":                  false,
		"\x0fxn--\xff\xfe\xfd-------\x00": false,
	} {
		r := exchange(t, s, append(header(0x100, 1, 0, 0, 1), wire+"\x07example\x00"+typeA+classIN+"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00"...))
		m := unpack(t, header(0, 0), r)
		if _, marked := remarkOf(m); m.Rcode != dns.RcodeNameError || marked != blocked {
			t.Errorf("%q: rcode %d, blocked %v; want NXDOMAIN, %v", wire, m.Rcode, marked, blocked)
		}
	}
}

// listSpellings has block lists spell names in ways that stand for a name and
// all below it, and in ways that stand for nothing, which are told by line.
func listSpellings(t *testing.T) {
	b := rules.NewBuilder()
	for i, entry := range []string{"Foo.example.", "*.star.example", ".dot.example", "two.example..", strings.Repeat("a.", 126) + "ab", "UPPER.EXAMPLE"} {
		b.Add(rules.BlockList, entry, "list.txt", i+1)
	}
	p := b.Build()
	s := start(t, Options{
		Upstreams: []string{newOrigin(t, zone(t, "two.example. 60 IN A 192.0.2.1")).url},
		Policy:    func() *rules.Policy { return p },
	})
	for _, name := range []string{"foo.example.", "x.FOO.example.", "star.example.", "x.star.example.", "dot.example.", "x.dot.example.", "upper.example."} {
		r := ask(t, s, newQuery(name, dns.TypeA, edns))
		if e, ok := remarkOf(r); r.Rcode != dns.RcodeNameError || !ok || e.InfoCode != dns.ExtendedErrorCodeBlocked {
			t.Errorf("%s: %v; want it blocked", name, r)
		}
	}
	problems := fmt.Sprint(b.Problems())
	for _, at := range []string{"list.txt:4", "list.txt:5"} {
		if !strings.Contains(problems, at) {
			t.Errorf("problems %s; want one at %s", problems, at)
		}
	}
}
