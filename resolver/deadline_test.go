package resolver

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"sekisho/resolver/admission"
	"sekisho/resolver/datagram"
	"sekisho/resolver/upstream"
)

// A wire is a network without sockets, whose time is that of the test: what
// never answers, or after a while.
type wire func(ctx context.Context, q *dns.Msg) (*dns.Msg, error)

func (w wire) Exchange(ctx context.Context, q *dns.Msg) (*dns.Msg, error) { return w(ctx, q) }
func (w wire) String() string                                             { return "wire" }
func (w wire) Close() error                                               { return nil }

func silence(ctx context.Context, _ *dns.Msg) (*dns.Msg, error) {
	<-ctx.Done()
	return nil, context.Cause(ctx)
}

// sent returns r as it arrives.
func sent(t *testing.T, r *dns.Msg) *dns.Msg {
	t.Helper()
	packet, err := r.Pack()
	if err != nil {
		t.Error(err)
	}
	if err := r.Unpack(packet); err != nil {
		t.Error(err)
	}
	return r
}

// wired returns a server that asks over wires.
func wired(t *testing.T, wires ...upstream.Exchanger) *Server {
	t.Helper()
	s, err := New(Options{Upstreams: []string{"udp://192.0.2.1"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.cancel() })
	main := s.settings.Load().main
	main.servers = nil
	for _, w := range wires {
		main.servers = append(main.servers, newNameserver(w))
	}
	return s
}

// TestAnswerTime has queries wait for upstreams that do not answer: each gets
// SERVFAIL with the reason while there is time left to send it. They are few,
// as the race detector does not bear thousands of timers in a bubble.
func TestAnswerTime(t *testing.T) {
	t.Parallel()
	for name, wires := range map[string][]upstream.Exchanger{
		"one": {wire(silence)}, "several": {wire(silence), wire(silence), wire(silence)},
	} {
		for _, tcp := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/tcp=%v", name, tcp), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { answerTimes(t, wired(t, wires...), tcp) })
			})
		}
	}
}

func answerTimes(t *testing.T, s *Server, tcp bool) {
	const queries = 50
	var (
		mu    sync.Mutex
		times = make(map[time.Duration]int)
	)
	start := time.Now()
	for i := range queries {
		packet, err := newQuery(fmt.Sprintf("n%d.example.", i), dns.TypeA, edns).Pack()
		if err != nil {
			t.Fatal(err)
		}
		var memory [datagram.MaxReply]byte
		reply, waits := s.handle(packet, netip.MustParseAddr("127.0.0.1"), arrival{tcp: tcp}, memory[:0], sends(func(reply []byte) {
			mu.Lock()
			defer mu.Unlock()
			times[time.Since(start)]++
			r := unpack(t, packet, reply)
			if e, ok := remarkOf(r); r.Rcode != dns.RcodeServerFailure || !ok || e.InfoCode != dns.ExtendedErrorCodeNoReachableAuthority {
				t.Errorf("reply %v; want SERVFAIL with EDE 22", r)
			}
		}))
		if reply != nil || !waits {
			t.Fatal("answered at once")
		}
	}
	time.Sleep(answerTime - lateness)
	synctest.Wait()
	mu.Lock()
	defer mu.Unlock()
	n := 0
	for _, count := range times {
		n += count
	}
	if n != queries {
		t.Errorf("%d answers by %v; want %d", n, answerTime-lateness, queries)
	}
	if lateness < 250*time.Millisecond {
		t.Errorf("%v left for sending", lateness)
	}
}

// TestSilentNames has a thousand names under way that the only upstream does
// not answer for: one that it does answer for is asked at once all the same,
// and what the others cost is bounded.
func TestSilentNames(t *testing.T) {
	t.Parallel()
	synctest.Test(t, silentNames)
}

func silentNames(t *testing.T) {
	const atOnce = 64 // with a server of which nothing is known
	var running, most atomic.Int32
	alive := zone(t, "a.alive.example. 60 IN A 192.0.2.1\nb.alive.example. 60 IN A 192.0.2.1")
	s := wired(t, wire(func(ctx context.Context, q *dns.Msg) (*dns.Msg, error) {
		n := running.Add(1)
		defer running.Add(-1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		if dns.IsSubDomain("alive.example.", q.Question[0].Name) {
			return sent(t, alive(q)), nil
		}
		return silence(ctx, q)
	}))
	for i := range 1000 {
		later(t, s, fmt.Sprintf("n%d.silent.example.", i), func([]byte) {})
	}
	for _, name := range []string{"a.alive.example.", "b.alive.example."} {
		time.Sleep(100 * time.Millisecond) // let the others queue
		start, answered := time.Now(), make(chan []byte, 1)
		later(t, s, name, func(reply []byte) { answered <- reply })
		r := new(dns.Msg)
		if err := r.Unpack(<-answered); err != nil {
			t.Fatal(err)
		}
		took := time.Since(start)
		t.Logf("%s took %v", name, took)
		if len(r.Answer) != 1 || took > 100*time.Millisecond { // many times the pace that those who wait are let in at
			t.Errorf("%v after %v; want an answer soon", r, took)
		}
	}
	if n := most.Load(); n < atOnce || n > admission.MostSilent+8 { // who is given up needs a moment to go
		t.Errorf("%d exchanges at once; want %d to %d", n, atOnce, admission.MostSilent)
	}
	s.cancel()
	s.tasks.running.Wait()
	if n := running.Load(); n != 0 {
		t.Errorf("%d exchanges left", n)
	}
}

// later asks s for the address of name, whose answer cannot be had at once.
func later(t *testing.T, s *Server, name string, send sender) {
	t.Helper()
	packet, err := newQuery(name, dns.TypeA, edns).Pack()
	if err != nil {
		t.Fatal(err)
	}
	if reply, waits := s.handle(packet, netip.MustParseAddr("127.0.0.1"), arrival{}, nil, sends(send)); reply != nil || !waits {
		t.Fatal("answered at once")
	}
}

// TestMissesOfOneClient has a client ask for more silent names than it may.
func TestMissesOfOneClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := wired(t, wire(silence))
		set := *s.settings.Load()
		set.clients = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}
		s.settings.Store(&set)
		var served [3]int
		for i := range 2 * maxMisses {
			packet, err := newQuery(fmt.Sprintf("n%d.example.", i), dns.TypeA).Pack()
			if err != nil {
				t.Fatal(err)
			}
			for c, client := range []string{"192.0.2.1", fmt.Sprintf("2001:db8::%x", i+1), "127.0.0.1"} {
				got := make(chan []byte, 1)
				s.handle(packet, netip.MustParseAddr(client), arrival{}, nil, sends(func(reply []byte) { got <- reply }))
				if len(got) == 0 {
					served[c]++
				}
			}
		}
		if want := [3]int{maxMisses, maxMisses, 2 * maxMisses}; served != want {
			t.Errorf("%v questions wait; want %v", served, want)
		}
		time.Sleep(answerTime)
		synctest.Wait()
		if n := len(s.flights.misses); n != 0 || s.flights.waiting != 0 {
			t.Errorf("%d clients and %d questions still counted", n, s.flights.waiting)
		}
	})
}
