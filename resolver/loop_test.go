package resolver

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"

	"sekisho/resolver/upstream"
)

// A forwarder is an upstream that asks back at sekisho while it loops, and answers
// itself otherwise.
type forwarder struct {
	url    string
	loops  atomic.Bool
	to     atomic.Pointer[Server]
	probed atomic.Int32
}

func newForwarder(t *testing.T) *forwarder {
	t.Helper()
	udp, tcp, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &forwarder{url: "udp://" + udp.LocalAddr().String()}
	started, done := make(chan struct{}), make(chan struct{})
	server := &dns.Server{PacketConn: udp, NotifyStartedFunc: func() { close(started) }}
	server.Handler = dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		if r := f.answer(q); r != nil {
			_ = w.WriteMsg(r)
		}
	})
	go func() { defer close(done); _ = server.ActivateAndServe() }()
	<-started
	t.Cleanup(func() { _, _ = server.Shutdown(), tcp.Close(); <-done })
	return f
}

func (f *forwarder) answer(q *dns.Msg) *dns.Msg {
	if strings.HasSuffix(q.Question[0].Name, probeZone) {
		f.probed.Add(1)
	}
	s := f.to.Load()
	if !f.loops.Load() || s == nil {
		r := new(dns.Msg).SetReply(q)
		if q.Question[0].Qtype == dns.TypeA {
			rr, err := dns.NewRR(q.Question[0].Name + " 60 IN A 192.0.2.1")
			if err != nil {
				panic(err)
			}
			r.Answer = []dns.RR{rr}
		}
		return r
	}
	e, err := upstream.New("udp://"+s.Addr().String(), upstream.Options{})
	if err != nil {
		return nil
	}
	defer func() { _ = e.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	r, err := e.Exchange(ctx, q)
	if err != nil {
		return nil
	}
	return r
}

// TestLoopEnds: an upstream that asked back at the start is found out, and used as
// soon as it does not.
func TestLoopEnds(t *testing.T) {
	t.Parallel()
	f := newForwarder(t)
	f.loops.Store(true)
	s := start(t, Options{Upstreams: []string{f.url}})
	f.to.Store(s)
	s.probe() // the first may have come too early for f
	server := s.settings.Load().main.servers[0]
	within(t, "loop found", server.looped.Load)
	if r := ask(t, s, newQuery("one.example.", dns.TypeA)); r.Rcode != dns.RcodeServerFailure {
		t.Fatalf("%v; want SERVFAIL", r)
	}
	within(t, "still a loop", func() bool { return f.probed.Load() > 1 && !server.looping.trying.Load() })
	if !server.looped.Load() {
		t.Fatal("used while it still asks back")
	}
	f.loops.Store(false)
	server.looping.next.Store(0) // ten seconds later
	ask(t, s, newQuery("two.example.", dns.TypeA))
	within(t, "loop over", func() bool { return !server.looped.Load() })
	if r := ask(t, s, newQuery("three.example.", dns.TypeA)); len(r.Answer) != 1 {
		t.Errorf("%v; want an answer", r)
	}
}

// TestLoopBegins: an upstream that asks back from some time on is found out by that
// nothing is answered.
func TestLoopBegins(t *testing.T) {
	t.Parallel()
	f := newForwarder(t)
	s := start(t, Options{Upstreams: []string{f.url}})
	f.to.Store(s)
	server := s.settings.Load().main.servers[0]
	if r := ask(t, s, newQuery("one.example.", dns.TypeA)); len(r.Answer) != 1 {
		t.Fatalf("%v; want an answer", r)
	}
	within(t, "first probe", func() bool { return f.probed.Load() == 1 })
	f.loops.Store(true)
	var asking sync.WaitGroup
	for _, name := range []string{"two", "three", "four", "five"} {
		asking.Go(func() { ask(t, s, newQuery(name+".example.", dns.TypeA)) })
	}
	asking.Wait()
	within(t, "loop found", server.looped.Load)
}

// TestErrorsAreSuspicious: what comes through a loop is our own SERVFAIL, so that only
// useful answers speak against one.
func TestErrorsAreSuspicious(t *testing.T) {
	t.Parallel()
	begun := 0
	s := new(nameserver)
	s.looping.try = func() { begun++ }
	now := time.Now()
	answers := func(n int) {
		for range n {
			s.hit(dns.TypeA)
			s.useless(dns.TypeA, now)
		}
	}
	answers(downAfter - 1)
	s.useful(dns.TypeA)
	answers(downAfter - 1)
	if begun != 0 {
		t.Error("probed although some answers were useful")
	}
	if answers(1); begun != 1 {
		t.Errorf("probed %d times after %d errors in a row; want once", begun, downAfter)
	}
}
