package resolver

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"

	"sekisho/rules"
)

// targetZone leads names to a blocked one by HTTPS and SVCB records.
const targetZone = `
	alias.example. 60 IN HTTPS 0 blocked.example.
	alias.example. 60 IN A 192.0.2.1
	service.example. 60 IN HTTPS 1 x.blocked.example. alpn=h2
	service.example. 60 IN A 192.0.2.1
	service.example. 60 IN TXT "x"
	far.example. 60 IN HTTPS 0 hop1.example.
	far.example. 60 IN A 192.0.2.1
	hop1.example. 60 IN HTTPS 0 hop2.example.
	hop2.example. 60 IN HTTPS 0 hop3.example.
	hop3.example. 60 IN HTTPS 1 blocked.example. alpn=h2
	behind.example. 60 IN HTTPS 1 cdn.example. alpn=h2
	behind.example. 60 IN A 192.0.2.1
	cdn.example. | cdn.example. 60 IN CNAME blocked.example.
	once.example. 0 IN HTTPS 0 blocked.example.
	once.example. 3600 IN A 192.0.2.1
	fleeting.example. 0 IN HTTPS 0 blocked.example.
	fleeting.example. 0 IN A 192.0.2.1
	round.example. 60 IN HTTPS 0 trip.example.
	round.example. 60 IN A 192.0.2.1
	trip.example. 60 IN HTTPS 0 round.example.
	plain.example. 60 IN HTTPS 1 . alpn=h2
	plain.example. 60 IN A 192.0.2.1
	allowed.example. 60 IN HTTPS 0 blocked.example.
	lookalike.example. 60 IN HTTPS 0 fine.example.
	amazon.co.jp. 60 IN HTTPS 0 blocked.example.
	amazon.co.jp. 60 IN A 192.0.2.1
	pc.corp.test. 60 IN HTTPS 0 blocked.example.
	pc.corp.test. 60 IN A 192.0.2.1`

// TestVerdictOnName has one verdict for all types of a name whose service
// records lead to a blocked one, whichever is asked first.
func TestVerdictOnName(t *testing.T) {
	t.Parallel()
	types := []uint16{dns.TypeA, dns.TypeAAAA, dns.TypeTXT, dns.TypeHTTPS, dns.TypeMX, dns.TypeCNAME}
	for _, name := range []string{"alias", "service", "far", "behind", "once", "fleeting", "allowed"} {
		for first := range types {
			t.Run(fmt.Sprintf("%s/%s", name, dns.TypeToString[types[first]]), func(t *testing.T) {
				t.Parallel()
				o := newOrigin(t, zone(t, targetZone))
				s := start(t, Options{Upstreams: []string{o.url}, Policy: policy([]string{"blocked.example"}, []string{"allowed.example"})})
				for _, qtype := range slices.Concat(types[first:], types) {
					r := ask(t, s, newQuery(name+".example.", qtype, edns))
					if e, ok := remarkOf(r); r.Rcode != dns.RcodeNameError || len(r.Answer) != 0 || !ok || e.InfoCode != dns.ExtendedErrorCodeBlocked {
						t.Errorf("%s: %v; want it blocked", dns.TypeToString[qtype], r)
					}
				}
				if n := o.times("blocked.example.") + o.times("x.blocked.example."); n != 0 {
					t.Errorf("blocked name was asked for %d times", n)
				}
			})
		}
	}
}

// TestVerdictElsewhere has names that are answered wherever they lead, or lead
// nowhere bad.
func TestVerdictElsewhere(t *testing.T) {
	t.Parallel()
	o := newOrigin(t, zone(t, targetZone))
	s := start(t, Options{
		Upstreams: []string{o.url}, Forward: map[string][]string{"corp.test": {o.url}}, Policy: policy([]string{"blocked.example"}, nil),
	})
	for name, beside := range map[string]int{"amazon.co.jp.": 0, "pc.corp.test.": 0, "plain.example.": 1, "round.example.": 1} {
		if r := ask(t, s, newQuery(name, dns.TypeA)); r.Rcode != dns.RcodeSuccess || len(r.Answer) != 1 {
			t.Errorf("%s: %v; want the address", name, r)
		}
		if n := o.times(name, dns.TypeHTTPS); n != beside {
			t.Errorf("%s: asked %d times for HTTPS records; want %d", name, n, beside)
		}
	}
	// What was asked beside serves the browser.
	if r := ask(t, s, newQuery("plain.example.", dns.TypeHTTPS)); len(r.Answer) != 1 || o.times("plain.example.", dns.TypeHTTPS) != 1 {
		t.Errorf("HTTPS: %v after %d questions; want it from the cache", r, o.times("plain.example.", dns.TypeHTTPS))
	}
	if r := ask(t, s, newQuery("amazon.co.jp.", dns.TypeHTTPS)); len(r.Answer) != 1 {
		t.Errorf("genuine name: %v; want the answer as it came", r)
	}
	if r := ask(t, s, newQuery("1.1.1.100.in-addr.arpa.", dns.TypePTR)); r.Rcode != dns.RcodeNameError || o.times("1.1.1.100.in-addr.arpa.", dns.TypeHTTPS) != 0 {
		t.Errorf("reverse name: %v, HTTPS asked %d times; want no such question", r, o.times("1.1.1.100.in-addr.arpa.", dns.TypeHTTPS))
	}
}

func TestLookupFollowsTargets(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Upstreams: []string{newOrigin(t, zone(t, targetZone)).url}, Policy: policy([]string{"blocked.example"}, nil)})
	for _, name := range []string{"alias.example", "service.example", "far.example", "behind.example"} {
		for range 2 {
			var blocked *BlockedError
			_, err := s.Lookup(t.Context(), mustParse(t, name))
			if !errors.As(err, &blocked) || blocked.Ground != rules.Blocklist || !blocked.Name.Within("blocked.example") ||
				!slices.Equal(blocked.Addrs, []netip.Addr{netip.MustParseAddr("192.0.2.1")}) {
				t.Errorf("%s: err = %v; want a BlockedError with the address", name, err)
			}
		}
	}
	if addrs, err := s.Lookup(t.Context(), mustParse(t, "plain.example")); err != nil || len(addrs) != 1 {
		t.Errorf("Lookup = %v, %v; want an address", addrs, err)
	}
}

// TestLateVerdict has the HTTPS record come after the patience for it: the
// address is answered, and no more once the record is there.
func TestLateVerdict(t *testing.T) {
	t.Parallel()
	records := zone(t, targetZone)
	release := make(chan struct{})
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		if q.Question[0].Qtype == dns.TypeHTTPS {
			<-release
		}
		return records(q)
	})
	s := start(t, Options{Upstreams: []string{o.url}, Policy: policy([]string{"blocked.example"}, nil)})
	if r := ask(t, s, newQuery("alias.example.", dns.TypeA)); len(r.Answer) != 1 {
		t.Errorf("%v; want the address while nothing else is known", r)
	}
	close(release)
	for {
		if r := ask(t, s, newQuery("alias.example.", dns.TypeA)); r.Rcode == dns.RcodeNameError {
			break
		}
		select {
		case <-t.Context().Done():
			t.Fatal("never blocked")
		case <-time.After(time.Millisecond):
		}
	}
	if n := o.times("alias.example.", dns.TypeA); n != 1 {
		t.Errorf("address was asked for %d times; want it from the cache", n)
	}
}

// TestServiceVerdict has an SVCB record, which no browser asks for by the name
// alone, count for all types once it was seen.
func TestServiceVerdict(t *testing.T) {
	t.Parallel()
	s := start(t, Options{
		Upstreams: []string{newOrigin(t, zone(t, "svcb.example. 60 IN SVCB 0 hop.example.\nhop.example. 60 IN SVCB 1 blocked.example.")).url},
		Policy:    policy([]string{"blocked.example"}, nil),
	})
	for _, qtype := range []uint16{dns.TypeSVCB, dns.TypeA, dns.TypeSVCB} {
		if r := ask(t, s, newQuery("svcb.example.", qtype)); r.Rcode != dns.RcodeNameError {
			t.Errorf("%s: %v; want it blocked", dns.TypeToString[qtype], r)
		}
	}
}

// TestPolicyChange judges anew what was learnt under another policy.
func TestPolicyChange(t *testing.T) {
	t.Parallel()
	var now atomic.Pointer[rules.Policy]
	now.Store(policy(nil, nil)())
	s := start(t, Options{Upstreams: []string{newOrigin(t, zone(t, targetZone)).url}, Policy: now.Load})
	for _, block := range [][]string{nil, {"hop3.example"}, nil, {"blocked.example"}} {
		now.Store(policy(block, nil)())
		want := dns.RcodeSuccess
		if block != nil {
			want = dns.RcodeNameError
		}
		if r := ask(t, s, newQuery("far.example.", dns.TypeA)); r.Rcode != want {
			t.Errorf("%v blocked: %v; want rcode %d", block, r, want)
		}
	}
}

// TestDeafUpstream has upstreams that have no use for HTTPS questions: when that
// is found out they are spared them, and answers are not held up.
func TestDeafUpstream(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(q *dns.Msg) *dns.Msg{
		"silent":   func(*dns.Msg) *dns.Msg { return nil },
		"SERVFAIL": func(q *dns.Msg) *dns.Msg { return new(dns.Msg).SetRcode(q, dns.RcodeServerFailure) },
		"NOTIMP":   func(q *dns.Msg) *dns.Msg { return new(dns.Msg).SetRcode(q, dns.RcodeNotImplemented) },
		"FORMERR":  func(q *dns.Msg) *dns.Msg { return new(dns.Msg).SetRcode(q, dns.RcodeFormatError) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
				if q.Question[0].Qtype == dns.TypeHTTPS {
					return answer(q)
				}
				return address(t, q)
			})
			s := start(t, Options{Upstreams: []string{o.url}})
			ttl := func(i int) uint32 {
				host := fmt.Sprintf("n%d.example.", i)
				r := ask(t, s, newQuery(host, dns.TypeA))
				if len(r.Answer) != 1 {
					t.Fatalf("%s: %v; want an address", host, r)
				}
				return r.Answer[0].Header().Ttl
			}
			for i := range deafAfter {
				if got := ttl(i); got > uint32(leadTTL/time.Second) {
					t.Errorf("TTL %d while nothing is known of where the name leads", got)
				}
			}
			main := s.settings.Load().main
			within(t, "deaf", func() bool { return main.deaf(time.Now()) })
			for i := range deafAfter {
				i += deafAfter
				if got, n := ttl(i), o.times(fmt.Sprintf("n%d.example.", i), dns.TypeHTTPS); got <= uint32(leadTTL/time.Second) || n != 0 {
					t.Errorf("TTL %d, asked %d times for HTTPS records; want its own and no such question", got, n)
				}
			}
			if main.servers[0].down(time.Now()) {
				t.Error("down; want it deaf alone")
			}
		})
	}
}

// address answers any question with an address.
func address(t *testing.T, q *dns.Msg) *dns.Msg {
	r := new(dns.Msg).SetReply(q)
	rr, err := dns.NewRR(q.Question[0].Name + " 60 IN A 192.0.2.1")
	if err != nil {
		t.Error(err)
	}
	r.Answer = []dns.RR{rr}
	return r
}

// TestTraceIsBounded has a name lead on without end.
func TestTraceIsBounded(t *testing.T) {
	t.Parallel()
	var names sync.Map
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		name := q.Question[0].Name
		names.Store(name, true)
		r := new(dns.Msg).SetReply(q)
		switch q.Question[0].Qtype {
		case dns.TypeHTTPS:
			for i := range 20 {
				r.Answer = append(r.Answer, &dns.HTTPS{SVCB: dns.SVCB{
					Hdr:    dns.RR_Header{Name: name, Rrtype: dns.TypeHTTPS, Class: dns.ClassINET, Ttl: 60},
					Target: fmt.Sprintf("%c.%s", 'a'+i, strings.TrimPrefix(name, "start.")),
				}})
			}
		case dns.TypeA:
			r.Answer = append(r.Answer, &dns.A{Hdr: dns.RR_Header{Name: name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 60}, A: []byte{192, 0, 2, 1}})
		}
		return r
	})
	s := start(t, Options{Upstreams: []string{o.url}})
	if r := ask(t, s, newQuery("start.example.", dns.TypeA)); len(r.Answer) != 0 {
		t.Errorf("%v; want nothing", r)
	}
	n := 0
	names.Range(func(any, any) bool { n++; return true })
	if n > maxFollow {
		t.Errorf("asked about %d names; want at most %d", n, maxFollow)
	}
}
