package resolver

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/miekg/dns"

	"sekisho/hostname"
	"sekisho/rules"
)

// TestRelatedWork has names lead through sets of very many records, of one target or of
// ever new ones, and bounds what a judgement allocates. It is not parallel for the sake of
// that.
func TestRelatedWork(t *testing.T) {
	const most = 64 << 20
	for _, tt := range []struct {
		sets, records    int
		distinct, hidden bool
		want             rules.Action
		endless          bool
	}{
		{8, 1500, false, true, rules.Block, false},
		{8, 1500, false, false, rules.Allow, false},
		{14, 250, false, true, rules.Block, false},
		{14, 250, true, true, rules.Block, false},
		{8, 1500, true, false, rules.Allow, true},
		{8, 1500, true, true, rules.Allow, true},
	} {
		s := wired(t)
		set := s.settings.Load()
		set.policy = policy([]string{"blocked.example"}, nil)
		l := lookup{qtype: dns.TypeHTTPS, group: set.main, settings: set}
		var e *entry
		now := time.Now()
		for k := tt.sets; k > 0; k-- { // the last first, each beside what is known by then
			text := make([]string, tt.records)
			for i := range text {
				target := "t.example."
				if tt.distinct {
					target = fmt.Sprintf("t%d-%d.example.", k, i)
				}
				if i == tt.records-1 && k < tt.sets {
					target = fmt.Sprintf("big%d.example.", k+1)
				} else if i == tt.records-1 && tt.hidden {
					target = "blocked.example."
				}
				text[i] = fmt.Sprintf("big%d.example. 3600 IN HTTPS %d %s", k, i+1, target)
			}
			name := fmt.Sprintf("big%d.example.", k)
			l.wire = mustWire(name)
			reply := unpacked(t, text)
			reply.Response, reply.Question = true, []dns.Question{{Name: name, Qtype: dns.TypeHTTPS, Qclass: dns.ClassINET}}
			var err error
			if e, err = scrub(reply, name, dns.TypeHTTPS, false, nil, nil); err != nil {
				t.Fatal(err)
			}
			s.cache.put(l.key(), e)
		}
		for _, name := range []string{"big1.example.", "a.big1.example."} {
			l.wire = mustWire(name)
			judged := e
			if name != "big1.example." {
				judged = &entry{host: hostOf(name)}
			}
			var m memo
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			s.weigh(l, judged, &m, now)
			runtime.ReadMemStats(&after)
			if n := len(m.detail()); n > maxDetail+2*maxName+64 {
				t.Errorf("%+v: %s: %d bytes to say why", tt, name, n)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > most {
				t.Errorf("%+v: judging %s took %d bytes", tt, name, used)
			}
			if m.Action != tt.want || m.endless != tt.endless || len(m.trail) > maxTrail || len(m.slots) > maxReach {
				t.Errorf("%+v: %s: %v, endless %v, by way of %d names, %d slots", tt, name, m.Action, m.endless, len(m.trail), len(m.slots))
			}
		}
		if tt.endless {
			withheld(t, s, l, "a.big1.example.")
		}
	}
}

// withheld has an answer about name in the cache of s be given to nobody.
func withheld(t *testing.T, s *Server, l lookup, name string) {
	t.Helper()
	l.wire, l.qtype = mustWire(name), dns.TypeA
	reply := unpacked(t, []string{name + " 60 IN A 192.0.2.1"})
	reply.Response, reply.Question = true, []dns.Question{{Name: name, Qtype: l.qtype, Qclass: dns.ClassINET}}
	e, err := scrub(reply, name, l.qtype, false, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.cache.put(string(appendKey([]byte(l.wire), l.qtype, false, false)), e)
	packet, err := newQuery(name, l.qtype, edns).Pack()
	if err != nil {
		t.Fatal(err)
	}
	wire, waits := s.handle(packet, loopbackOnly[0].Addr(), arrival{}, nil, sends(func([]byte) {}))
	if waits {
		t.Fatal("not answered from the cache")
	}
	r := unpack(t, packet, wire)
	if mark, ok := remarkOf(r); len(r.Answer) != 0 || r.Rcode != dns.RcodeSuccess || !ok || mark.InfoCode != dns.ExtendedErrorCodeBlocked {
		t.Errorf("%v; want no records and why", r)
	}
	sum := addresses{server: s, about: l}
	if addrs := sum.take(landing{entry: e}); len(addrs) != 0 {
		t.Errorf("looked up %v; want nothing", addrs)
	}
}

// TestRelatedOnce has hops that are repeated looked at, and queued, once, and all of them
// counted.
func TestRelatedOnce(t *testing.T) {
	t.Parallel()
	s := wired(t)
	set := s.settings.Load()
	m := memo{judgement: s.verdicts.judge(set.policy(), []byte(mustWire("a.example")))}
	r := reach{cache: s.cache, memo: &m, now: time.Now(), left: maxReach, looks: maxLooks}
	hops := slices.Repeat([]hostname.Name{hostOf("b.example."), hostOf("c.example.")}, 500)
	if r.follow(step{}, -1, hops) || len(r.steps) != 2 || r.looks != maxLooks-len(hops) {
		t.Errorf("%d steps, %d left; want 2 and %d", len(r.steps), r.looks, maxLooks-len(hops))
	}
}

// unpacked returns a message with these records.
func unpacked(t *testing.T, text []string) *dns.Msg {
	t.Helper()
	m := new(dns.Msg)
	for _, line := range text {
		rr, err := dns.NewRR(line)
		if err != nil {
			t.Fatal(err)
		}
		rr.Header().Rdlength = 1
		m.Answer = append(m.Answer, rr)
	}
	return m
}
