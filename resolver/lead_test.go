package resolver

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
)

// TestBrief holds an answer whose name may turn out to lead elsewhere for a
// moment, in what is told and in the cache.
func TestBrief(t *testing.T) {
	t.Parallel()
	records := zone(t, `
		late.example. 3600 IN A 192.0.2.1
		late.example. 3600 IN TXT "x"
		failing.example. 3600 IN A 192.0.2.1
		short.example. 5 IN A 192.0.2.1
		hasty.example. 3600 IN A 192.0.2.1
		hasty.example. 3600 IN HTTPS 1 late.example. alpn=h2
		plain.example. 3600 IN A 192.0.2.1
		alias.example. | alias.example. 3600 IN CNAME late.example.
		alias.example. | late.example. 3600 IN A 192.0.2.1
		amazon.co.jp. 3600 IN A 192.0.2.1`)
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		switch name := q.Question[0].Name; {
		case q.Question[0].Qtype != dns.TypeHTTPS, strings.HasPrefix(name, "plain"), strings.HasPrefix(name, "hasty"):
			return records(q)
		case strings.HasPrefix(name, "failing"):
			return new(dns.Msg).SetRcode(q, dns.RcodeServerFailure)
		}
		return nil
	})
	s := start(t, Options{Upstreams: []string{o.url}})
	const most = uint32(leadTTL / time.Second)
	for _, tc := range []struct {
		name  string
		qtype uint16
		want  uint32
	}{
		{"late", dns.TypeA, most},
		{"late", dns.TypeTXT, most},
		{"failing", dns.TypeA, most},
		{"short", dns.TypeA, 5},
		{"alias", dns.TypeA, most},
		{"hasty", dns.TypeA, most},
		{"hasty", dns.TypeHTTPS, most},
		{"plain", dns.TypeA, 3600},
	} {
		for range 2 {
			r := ask(t, s, newQuery(tc.name+".example.", tc.qtype, edns))
			for _, rr := range r.Answer {
				if ttl := rr.Header().Ttl; ttl > tc.want || tc.want > most && ttl <= most {
					t.Errorf("%s: TTL %d; want %d", rr, ttl, tc.want)
				}
			}
			if len(r.Answer) == 0 {
				t.Errorf("%s: %v; want an answer", tc.name, r)
			}
		}
	}
	if r := ask(t, s, newQuery("amazon.co.jp.", dns.TypeA)); r.Answer[0].Header().Ttl <= most {
		t.Errorf("genuine name: %v; want the TTL as it came", r)
	}
}

// TestLatecomer holds the answers of a name up once whose lead does not come,
// and no more when it did.
func TestLatecomer(t *testing.T) {
	t.Parallel()
	l, now := newLatecomers(), time.Now()
	l.add(shop, now)
	got := []bool{l.has(shop, now), l.has(shop, now.Add(latecomerFor)), l.has("\x04none\x00", now)}
	l.remove("\x04none\x00")
	got = append(got, l.has(shop, now))
	l.remove(shop)
	if diff := cmp.Diff([]bool{true, false, false, true, false}, append(got, l.has(shop, now))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	records := zone(t, targetZone)
	release := make(chan struct{})
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		if q.Question[0].Qtype == dns.TypeHTTPS {
			<-release
		}
		return records(q)
	})
	s := start(t, Options{Upstreams: []string{o.url}, Policy: policy([]string{"blocked.example"}, nil)})
	wire := mustWire("alias.example")
	if r := ask(t, s, newQuery("alias.example.", dns.TypeA)); len(r.Answer) != 1 || r.Answer[0].Header().Ttl > uint32(leadTTL/time.Second) {
		t.Errorf("%v; want the address, for a moment", r)
	}
	if !s.late.has(wire, time.Now()) {
		t.Error("not remembered")
	}
	close(release)
	within(t, "word of it", func() bool { return !s.late.has(wire, time.Now()) })
	within(t, "blocked", func() bool { return ask(t, s, newQuery("alias.example.", dns.TypeA)).Rcode == dns.RcodeNameError })
}

// TestLeadsTooFar has the blocked name at the end of more aliases, or behind more
// targets, than are followed: nothing of the name is given out then.
func TestLeadsTooFar(t *testing.T) {
	t.Parallel()
	text := "wide.example. 60 IN A 192.0.2.1\nnear.example. 60 IN A 192.0.2.1\nh0.example. 60 IN A 192.0.2.1\n"
	for i := range maxFollow + 2 {
		text += fmt.Sprintf("h%d.example. 60 IN HTTPS 0 h%d.example.\n", i, i+1)
		text += fmt.Sprintf("wide.example. 60 IN HTTPS 1 t%d.example.\n", i)
	}
	for i := range maxFollow - 1 {
		text += fmt.Sprintf("near.example. 60 IN HTTPS 1 t%d.example.\n", i)
	}
	text += fmt.Sprintf("h%d.example. 60 IN HTTPS 0 blocked.example.\n", maxFollow+2)
	text += fmt.Sprintf("t%d.example. | t%d.example. 60 IN CNAME blocked.example.\n", maxFollow+1, maxFollow+1)
	for _, first := range []uint16{dns.TypeA, dns.TypeHTTPS} {
		o := newOrigin(t, zone(t, text))
		s := start(t, Options{Upstreams: []string{o.url}, Policy: policy([]string{"blocked.example"}, nil)})
		for name, withheld := range map[string]bool{"h0.example.": true, "wide.example.": true, "near.example.": false} {
			within(t, "known", func() bool { // on a busy machine it can be late
				r := ask(t, s, newQuery(name, first, edns))
				return !withheld && len(r.Answer) > 0 || withheld && len(r.Answer) == 0
			})
			for range 2 { // the second time from the cache
				for qtype, most := range map[uint16]int{dns.TypeHTTPS: maxFollow - 1, dns.TypeA: 1} {
					r := ask(t, s, newQuery(name, qtype, edns))
					e, marked := remarkOf(r)
					marked = marked && e.InfoCode == dns.ExtendedErrorCodeBlocked
					if got := r.Rcode == dns.RcodeSuccess && len(r.Answer) == 0 && marked; got != withheld || !withheld && len(r.Answer) != most {
						t.Errorf("%s %s after %s: %v; withheld %v, want %v", name, dns.Type(qtype), dns.Type(first), r, got, withheld)
					}
				}
			}
		}
		if n := o.times("t1.example.", dns.TypeHTTPS); n > 1 {
			t.Errorf("asked %d times about a target; want once", n)
		}
	}
}

// TestLeadsBackAndTooFar has one of too many targets be the name that was asked about,
// which is followed already: the last of the others is not passed over for that.
func TestLeadsBackAndTooFar(t *testing.T) {
	t.Parallel()
	text := "wide.example. | wide.example. 60 IN CNAME set.example.\nwide.example. | set.example. 60 IN A 192.0.2.1\n"
	targets := []string{"wide.example."}
	for i := range maxFollow {
		targets = append(targets, fmt.Sprintf("t%d.example.", i))
	}
	for _, target := range targets {
		text += fmt.Sprintf("wide.example. | set.example. 60 IN HTTPS 1 %s\n", target)
		text += fmt.Sprintf("set.example. 60 IN HTTPS 1 %s\n", target)
	}
	text += fmt.Sprintf("t%d.example. 60 IN HTTPS 0 blocked.example.\n", maxFollow-1)
	o := newOrigin(t, zone(t, text))
	s := start(t, Options{Upstreams: []string{o.url}, Policy: policy([]string{"blocked.example"}, nil)})
	for _, qtype := range []uint16{dns.TypeHTTPS, dns.TypeA} {
		within(t, "withheld", func() bool {
			r := ask(t, s, newQuery("wide.example.", qtype, edns))
			e, marked := remarkOf(r)
			return marked && e.InfoCode == dns.ExtendedErrorCodeBlocked && len(r.Answer) == 0
		})
	}
}

// TestLeadsTooFarLate has the way be too long and slow: the address is given until
// that is known, and not after.
func TestLeadsTooFarLate(t *testing.T) {
	t.Parallel()
	text := "h0.example. 60 IN A 192.0.2.1\nh0.example. 60 IN AAAA 2001:db8::1\n"
	for i := range maxFollow + 2 {
		text += fmt.Sprintf("h%d.example. 60 IN HTTPS 0 h%d.example.\n", i, i+1)
	}
	records, release := zone(t, text), make(chan struct{})
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		if q.Question[0].Qtype == dns.TypeHTTPS {
			<-release
		}
		return records(q)
	})
	s := start(t, Options{Upstreams: []string{o.url}, Policy: policy(nil, nil)})
	if r := ask(t, s, newQuery("h0.example.", dns.TypeA)); len(r.Answer) != 1 || r.Answer[0].Header().Ttl > uint32(leadTTL/time.Second) {
		t.Errorf("%v; want the address, for a moment", r)
	}
	close(release)
	within(t, "withheld", func() bool { return len(ask(t, s, newQuery("h0.example.", dns.TypeHTTPS)).Answer) == 0 })
	for _, qtype := range []uint16{dns.TypeA, dns.TypeAAAA} {
		if r := ask(t, s, newQuery("h0.example.", qtype)); len(r.Answer) != 0 {
			t.Errorf("%v; want nothing", r)
		}
	}
}

// TestLongAlias has the last name of the longest alias chain that is answered lead to
// a blocked one, which the HTTPS records of the first do not tell.
func TestLongAlias(t *testing.T) {
	t.Parallel()
	text := ""
	for first := range maxHops {
		for i := first; i < maxHops; i++ {
			text += fmt.Sprintf("c%d.example. | c%d.example. 60 IN CNAME c%d.example.\n", first, i, i+1)
		}
		text += fmt.Sprintf("c%d.example. | c%d.example. 60 IN A 192.0.2.1\n", first, maxHops)
	}
	text += fmt.Sprintf("c%d.example. 60 IN HTTPS 0 blocked.example.\n", maxHops)
	records := zone(t, text)
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		r := records(q)
		if last := fmt.Sprintf("c%d.example.", maxHops); q.Question[0].Qtype == dns.TypeHTTPS && q.Question[0].Name != last {
			r.Answer, r.Ns = nil, []dns.RR{soa("example.", 900)}
		}
		return r
	})
	s := start(t, Options{Upstreams: []string{o.url}, Policy: policy([]string{"blocked.example"}, nil)})
	for first := range maxHops {
		name := fmt.Sprintf("c%d.example.", first)
		if r := ask(t, s, newQuery(name, dns.TypeA)); r.Rcode != dns.RcodeNameError {
			t.Errorf("%s: %v; want it blocked", name, r)
		}
	}
}
