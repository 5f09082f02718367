package resolver

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// TestSlowZones has someone's zones, as many as he likes, not answer for HTTPS
// records in time: that is no reason not to look where other names lead.
func TestSlowZones(t *testing.T) {
	t.Parallel()
	records := zone(t, targetZone)
	for name, answer := range map[string]func(q *dns.Msg) *dns.Msg{
		"silent":   func(*dns.Msg) *dns.Msg { return nil },
		"SERVFAIL": func(q *dns.Msg) *dns.Msg { return new(dns.Msg).SetRcode(q, dns.RcodeServerFailure) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
				switch {
				case !strings.HasSuffix(q.Question[0].Name, ".net."):
					return records(q)
				case q.Question[0].Qtype == dns.TypeHTTPS:
					return answer(q)
				}
				return address(t, q)
			})
			s := start(t, Options{Upstreams: []string{o.url}, Policy: policy([]string{"blocked.example"}, nil)})
			server := s.settings.Load().main.servers[0]
			for i := range 2 * deafAfter {
				host := fmt.Sprintf("www.evil%d.net.", i)
				if r := ask(t, s, newQuery(host, dns.TypeA)); len(r.Answer) != 1 {
					t.Errorf("%s: %v; want the address", host, r)
				}
			}
			within(t, "trial", func() bool { return o.times(trialName, dns.TypeHTTPS) > 0 && !server.hearing.trying.Load() })
			for _, name := range []string{"alias.example.", "far.example.", "behind.example."} {
				if r := ask(t, s, newQuery(name, dns.TypeA)); r.Rcode != dns.RcodeNameError {
					t.Errorf("%s: %v; want it blocked", name, r)
				}
			}
			if n := o.times(trialName); n > 2*trials {
				t.Errorf("%d questions of trials; want those of one", n)
			}
		})
	}
}

// TestHearsAgain asks a server for HTTPS records that was found to be deaf, and
// tries it again before that is forgotten.
func TestHearsAgain(t *testing.T) {
	t.Parallel()
	records := zone(t, targetZone)
	var deaf atomic.Bool
	deaf.Store(true)
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		if deaf.Load() && q.Question[0].Qtype == dns.TypeHTTPS {
			return new(dns.Msg).SetRcode(q, dns.RcodeNotImplemented)
		}
		return records(q)
	})
	s := start(t, Options{Upstreams: []string{o.url}, Policy: policy([]string{"blocked.example"}, nil)})
	main := s.settings.Load().main
	hearing := &main.servers[0].hearing
	find := func() {
		for range deafAfter {
			main.balk(time.Now())
		}
		within(t, "deaf", func() bool { return main.deaf(time.Now()) && !hearing.trying.Load() })
	}
	find()
	deaf.Store(false)
	if r := ask(t, s, newQuery("plain.example.", dns.TypeHTTPS)); len(r.Answer) != 1 || main.deaf(time.Now()) {
		t.Errorf("%v, deaf %v; want an answer and the server in favour", r, main.deaf(time.Now()))
	}
	deaf.Store(true)
	hearing.forgive()
	find()
	deaf.Store(false)
	later := time.Now().Add(deafFor - deafAgain/2)
	if !main.deaf(later) {
		t.Error("no more deaf, without having been tried")
	}
	within(t, "heard", func() bool { return !main.deaf(time.Now()) })
}

// TestTrials holds one trial at a time, and not one after the other.
func TestTrials(t *testing.T) {
	t.Parallel()
	begun, now := 0, time.Now()
	h := hearing{trial: trial{try: func() { begun++ }}}
	for range 3 * deafAfter {
		h.strike(now)
	}
	h.judged(false, now)
	h.trying.Store(false)
	for range deafAfter {
		h.strike(now)
	}
	if begun != 1 {
		t.Errorf("%d trials; want 1", begun)
	}
	h.strike(now.Add(trialEvery))
	h.judged(true, now)
	if begun != 2 || !h.deaf(now) || h.deaf(now.Add(deafFor)) {
		t.Errorf("%d trials, deaf %v and %v; want 2, and it for a time", begun, h.deaf(now), h.deaf(now.Add(deafFor)))
	}
}
