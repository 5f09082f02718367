package resolver

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"sekisho/resolver/datagram"
	"sekisho/rules"
)

// rcodeOf has s answer a question in a bubble, and waits for all that comes of it.
func rcodeOf(t *testing.T, s *Server, name string, qtype uint16) int {
	t.Helper()
	packet, err := newQuery(name, qtype).Pack()
	if err != nil {
		t.Fatal(err)
	}
	answered := make(chan []byte, 1)
	reply, waits := s.handle(packet, loopbackOnly[0].Addr(), arrival{}, nil, sends(func(reply []byte) { answered <- reply }))
	if waits {
		reply = <-answered
	}
	synctest.Wait()
	return unpack(t, packet, reply).Rcode
}

// TestRelatedEnds has a name lead to a blocked one for a while, and those beside it that
// lead back to it or are below be asked for all the time: once it leads there no more, all
// are answered, whatever the TTL of what was kept of them.
func TestRelatedEnds(t *testing.T) {
	t.Parallel()
	const kept = "all with a long TTL"
	const before = "lead.example. 2 IN HTTPS 0 blocked.example.\n"
	for name, zones := range map[string][2]string{
		kept: { // it is asked about again for the sake of the one below alone
			before + "lead.example. 86400 IN A 192.0.2.1\nx.lead.example. 86400 IN A 192.0.2.1",
			"lead.example. 86400 IN A 192.0.2.1\nx.lead.example. 86400 IN A 192.0.2.1",
		},
		"an alias below itself": {
			before + "x.lead.example. 4 IN A 192.0.2.1\n" +
				"lead.example. | lead.example. 4 IN A 192.0.2.1",
			`lead.example. | lead.example. 4 IN CNAME x.lead.example.
			lead.example. | x.lead.example. 4 IN A 192.0.2.1
			x.lead.example. 4 IN A 192.0.2.1`,
		},
		"a service below itself": {
			before + "lead.example. 4 IN A 192.0.2.1\nx.lead.example. 4 IN A 192.0.2.1",
			"lead.example. 4 IN HTTPS 1 x.lead.example.\nlead.example. 4 IN A 192.0.2.1\nx.lead.example. 4 IN A 192.0.2.1",
		},
		"a name below with a long TTL": {
			before + "lead.example. 4 IN A 192.0.2.1\nx.lead.example. 86400 IN A 192.0.2.1",
			"lead.example. 4 IN A 192.0.2.1\nx.lead.example. 86400 IN A 192.0.2.1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var ended atomic.Bool
				zones := [2]func(q *dns.Msg) *dns.Msg{zone(t, zones[0]), zone(t, zones[1])}
				s := wired(t, wire(func(_ context.Context, q *dns.Msg) (*dns.Msg, error) {
					if ended.Load() {
						return sent(t, zones[1](q)), nil
					}
					return sent(t, zones[0](q)), nil
				}))
				s.settings.Load().policy = policy([]string{"blocked.example"}, nil)
				names := []string{"lead.example.", "x.lead.example."}
				for _, name := range names {
					if got := rcodeOf(t, s, name, dns.TypeA); got != dns.RcodeNameError {
						t.Errorf("%s: rcode %d; want it blocked", name, got)
					}
				}
				ended.Store(true)
				time.Sleep(leadTTL)
				if got := rcodeOf(t, s, names[0], dns.TypeA); got != dns.RcodeSuccess && name != kept { // it waits for word of itself
					t.Errorf("rcode %d for a name that leads nowhere by now; want it answered", got)
				}
				for range 2 {
					time.Sleep(leadTTL + time.Second)
					rcodeOf(t, s, names[1], dns.TypeA)
				}
				for _, name := range names {
					for _, qtype := range []uint16{dns.TypeA, dns.TypeHTTPS} {
						if got := rcodeOf(t, s, name, qtype); got != dns.RcodeSuccess {
							t.Errorf("%s %s: rcode %d; want it answered", name, dns.Type(qtype), got)
						}
					}
				}
			})
		})
	}
}

// TestRelatedLists has names lead to two listed ones, of which the owner takes off one and
// then the other: they are blocked for the second as well, for every type, in the cache or
// not, be it that the second was never looked for while the first was enough.
func TestRelatedLists(t *testing.T) {
	t.Parallel()
	const below = "%[1]s 3600 IN A 192.0.2.1\nc.%[1]s 3600 IN A 192.0.2.1\nd.%[1]s 3600 IN A 192.0.2.1\n" +
		"to-%[1]s | to-%[1]s 3600 IN CNAME %[1]s\nto-%[1]s | %[1]s 3600 IN A 192.0.2.1\n"
	text := "both.example. 3600 IN HTTPS 1 one.test1.\nboth.example. 3600 IN HTTPS 2 two.test2.\n" +
		"first.example. 3600 IN HTTPS 0 one.test1.\n" + // and only that leads to the other
		"chain.example. | chain.example. 3600 IN CNAME one.test1.\nchain.example. | one.test1. 3600 IN CNAME two.test2.\n" +
		"one.test1. 3600 IN HTTPS 0 two.test2.\n"
	bases := []string{"both.example.", "first.example."}
	for _, base := range bases {
		text += fmt.Sprintf(below, base)
	}
	text += "c.chain.example. 3600 IN A 192.0.2.1\nchain.example. | two.test2. 3600 IN A 192.0.2.1\n"
	var now atomic.Pointer[rules.Policy]
	s := start(t, Options{Upstreams: []string{newOrigin(t, zone(t, text)).url}, Policy: now.Load})
	names := []string{"both.example.", "c.both.example.", "to-both.example.", "first.example.", "c.first.example.", "to-first.example.", "chain.example.", "c.chain.example."}
	for i, block := range [][]string{{"one.test1", "two.test2"}, {"two.test2"}, {"one.test1", "two.test2"}, {}, {"two.test2"}} {
		now.Store(policy(block, nil)())
		want := dns.RcodeSuccess
		if len(block) > 0 {
			want = dns.RcodeNameError
		}
		asked := map[string][]uint16{}
		for _, name := range names {
			asked[name] = []uint16{dns.TypeA, dns.TypeA}
		}
		asked["d.both.example."], asked["d.first.example."] = []uint16{dns.TypeA}, []uint16{dns.TypeA}
		var b *BlockedError
		if _, err := s.Lookup(t.Context(), mustParse(t, "first.example")); errors.As(err, &b) != (len(block) > 0) {
			t.Errorf("%d: Lookup with %v blocked: %v", i, block, err)
		}
		for _, name := range slices.Concat(names, slices.Sorted(maps.Keys(asked))) { // those above come first
			for _, qtype := range append(asked[name], dns.TypeTXT) {
				if r := ask(t, s, newQuery(name, qtype)); r.Rcode != want {
					t.Errorf("%d: %s %s with %v blocked: %v; want rcode %d", i, name, dns.Type(qtype), block, r, want)
				}
			}
		}
	}
}

// TestRelatedObserved has what is blocked only on paper be answered from the cache.
func TestRelatedObserved(t *testing.T) {
	t.Parallel()
	o := newOrigin(t, zone(t, relatedZone))
	s := start(t, Options{Upstreams: []string{o.url}, Policy: policy([]string{"blocked.example"}, nil), Observe: func() bool { return true }})
	for range 3 {
		if r := ask(t, s, newQuery("ct.example.", dns.TypeA)); len(r.Answer) != 1 {
			t.Errorf("%v; want the address", r)
		}
	}
	if n := o.times("ct.example.", dns.TypeA); n != 1 {
		t.Errorf("asked %d times; want it from the cache", n)
	}
}

// TestRelatedNews has what is found out of other names cost an answer in the cache nothing
// but a look, and what is found out, or forgotten, of one that it depends on count. It is
// not parallel for the sake of AllocsPerRun.
func TestRelatedNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		zone := zone(t, relatedZone)
		s := wired(t, wire(func(_ context.Context, q *dns.Msg) (*dns.Msg, error) { return sent(t, zone(q)), nil }))
		set := s.settings.Load()
		set.policy = policy([]string{"blocked.example"}, nil)
		rcodeOf(t, s, "y.ct.example.", dns.TypeA)
		l := lookup{wire: mustWire("y.ct.example"), qtype: dns.TypeA, group: set.main, settings: set}
		e := s.cache.get([]byte(l.key()), time.Now()).entry
		before := s.judge(l, e, time.Now())
		packet, err := newQuery("y.ct.example.", dns.TypeA).Pack()
		if err != nil {
			t.Fatal(err)
		}
		buf, other := make([]byte, 0, datagram.MaxReply), "other.test"
		for i := 0; slices.Contains(before.slots, s.cache.news.slot(mustWire(other))); i++ {
			other = fmt.Sprintf("other%d.test", i)
		}
		wire := mustWire(other)
		if n := testing.AllocsPerRun(100, func() {
			s.cache.news.of(wire)
			if reply, _ := s.handle(packet, loopbackOnly[0].Addr(), arrival{}, buf, nil); reply == nil {
				t.Error("no reply")
			}
		}); n != 0 {
			t.Errorf("%v allocations beside news of others; want none", n)
		}
		if s.judge(l, e, time.Now()) != before {
			t.Error("judged anew for news of others")
		}
		if got := rcodeOf(t, s, "ct.example.", dns.TypeA); got != dns.RcodeNameError {
			t.Errorf("rcode %d; want it blocked", got)
		}
		if m := s.judge(l, e, time.Now()); m.Action != rules.Block {
			t.Error("not blocked with the one above")
		}
		s.cache.forget(mustWire("ct.example"))
		if m := s.judge(l, e, time.Now()); m.Action == rules.Block {
			t.Error("blocked for what is forgotten")
		}
	})
}
