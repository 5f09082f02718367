package resolver

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// TestGarblingServer has a server of whose answers none can be used: the other one is
// asked first then, until something happened to the network.
func TestGarblingServer(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(q, r *dns.Msg){
		"malformed":        func(q, r *dns.Msg) { r.Answer = []dns.RR{rawRecord(q.Question[0].Name, q.Question[0].Qtype, "abc")} },
		"another question": func(_, r *dns.Msg) { r.Question[0].Name = "other.example." },
		"another id":       func(_, r *dns.Msg) { r.Id++ },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bad := newOrigin(t, func(q *dns.Msg) *dns.Msg {
				r := new(dns.Msg).SetReply(q)
				answer(q, r)
				return r
			})
			good := newOrigin(t, func(q *dns.Msg) *dns.Msg { return address(t, q) })
			s := start(t, Options{Upstreams: []string{bad.url, good.url}})
			first := s.settings.Load().main.servers[0]
			n := 0
			within(t, "down", func() bool {
				n++
				if r := ask(t, s, newQuery(fmt.Sprintf("n%d.example.", n), dns.TypeA)); len(r.Answer) != 1 {
					t.Errorf("%v; want the other server's answer", r)
				}
				return first.down(time.Now())
			})
			if r := ask(t, s, newQuery("late.example.", dns.TypeA)); len(r.Answer) != 1 || bad.times("late.example.") != 0 {
				t.Errorf("%v, asked %d times; want the other server alone asked", r, bad.times("late.example."))
			}
			s.look(moment{}, moment{steady: longPause + 1})
			if first.down(time.Now()) {
				t.Error("still down in another network")
			}
		})
	}
}

// TestGarbledZone has the answers about someone's zone be malformed, however often: that
// is no fault of the server, which is tried about it once.
func TestGarbledZone(t *testing.T) {
	t.Parallel()
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		if !strings.HasSuffix(q.Question[0].Name, ".evil.net.") {
			return address(t, q)
		}
		r := new(dns.Msg).SetReply(q)
		r.Answer = []dns.RR{rawRecord(q.Question[0].Name, q.Question[0].Qtype, "abc")}
		return r
	})
	s := start(t, Options{Upstreams: []string{o.url}})
	server := s.settings.Load().main.servers[0]
	for i := range 2 * garbledAfter {
		if r := ask(t, s, newQuery(fmt.Sprintf("n%d.evil.net.", i), dns.TypeA)); r.Rcode != dns.RcodeServerFailure {
			t.Errorf("%v; want SERVFAIL", r)
		}
	}
	within(t, "trial", func() bool { return o.times(trialName, dns.TypeA) > 0 && !server.legibility.trying.Load() })
	if server.down(time.Now()) {
		t.Error("down for what a zone says")
	}
	if n := o.times(trialName, dns.TypeA); n != 1 {
		t.Errorf("tried %d times; want once", n)
	}
}
