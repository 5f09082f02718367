package resolver

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"

	"sekisho/resolver/admission"
	"sekisho/resolver/datagram"
)

// silentUpstream sends 50,000 questions to a server whose only upstream says
// nothing. All that cannot wait are turned away, and what the rest costs is
// bounded.
func silentUpstream(t *testing.T) {
	const (
		questions, most = 50_000, 50 << 20
		limit           = maxFlights + 2*admission.MostUpstream + 50
	)
	o := newOrigin(t, func(*dns.Msg) *dns.Msg { return nil })
	s := start(t, Options{Upstreams: []string{o.url}, Policy: policy([]string{"blocked.example"}, nil)})
	goroutines, memory := runtime.NumGoroutine(), inUse()
	var mostGoroutines int
	var mostMemory uint64
	conn := dial(t, "udp", s)
	_ = conn.SetDeadline(time.Time{}) // a busy machine needs its time for all of them
	served := make(chan int)
	go func() {
		n := 0
		for buf := make([]byte, datagram.MaxReply); ; n++ {
			if _, err := conn.Read(buf); err != nil {
				break
			}
		}
		served <- n
	}()
	for i := range questions {
		wire, err := newQuery(fmt.Sprintf("n%d.example.", i), dns.TypeA).Pack()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write(wire); err != nil {
			t.Fatal(err)
		}
		if i%1000 == 0 {
			// On a busy machine those whose question is over end late; others wait for all of
			// answerTime.
			for end := time.Now().Add(answerTime / 2); runtime.NumGoroutine()-goroutines > limit && time.Now().Before(end); {
				time.Sleep(10 * time.Millisecond)
			}
			mostGoroutines = max(mostGoroutines, runtime.NumGoroutine()-goroutines)
			mostMemory = max(mostMemory, inUse())
		}
	}
	if mostGoroutines > limit {
		t.Errorf("%d goroutines more; want at most one per question under way", mostGoroutines)
	}
	if mostMemory > memory+most {
		t.Errorf("%d MiB more; want less than %d", (mostMemory-memory)>>20, most>>20)
	}
	s.flights.mu.Lock()
	under := len(s.flights.byKey)
	s.flights.mu.Unlock()
	if under > maxFlights {
		t.Errorf("%d questions under way; want at most %d", under, maxFlights)
	}
	if rcode := askThrough(t, s, "blocked.example."); rcode != dns.RcodeNameError {
		t.Errorf("blocked name: rcode %d; want NXDOMAIN", rcode)
	}
	// More names at once than there are places: the last are turned away.
	var turnedAway atomic.Bool
	for i := 0; i < 2*maxFlights && !turnedAway.Load(); i++ {
		q := newQuery(fmt.Sprintf("more%d.example.", i), dns.TypeA, edns)
		wire, err := q.Pack()
		if err != nil {
			t.Fatal(err)
		}
		s.handle(wire, loopbackOnly[0].Addr(), arrival{}, nil, sends(func(reply []byte) {
			if isBusy(t, wire, reply) {
				turnedAway.Store(true)
			}
		}))
	}
	if !turnedAway.Load() {
		t.Error("nobody was turned away with SERVFAIL and EDE 22")
	}
	_ = conn.SetReadDeadline(time.Now())
	t.Logf("%d of %d answered by now, %d goroutines and %d MiB more at most", <-served, questions, mostGoroutines, int64(mostMemory-memory)>>20)
}

// askThrough asks for name as a client does in a flood: again when the question
// was lost before it could be read.
func askThrough(t *testing.T, s *Server, name string) (rcode int) {
	t.Helper()
	wire, err := newQuery(name, dns.TypeA).Pack()
	if err != nil {
		t.Fatal(err)
	}
	conn := dial(t, "udp", s)
	for range 20 {
		if _, err := conn.Write(wire); err != nil {
			t.Fatal(err)
		}
		_ = conn.SetReadDeadline(time.Now().Add(time.Second))
		buf := make([]byte, datagram.MaxReply)
		if n, err := conn.Read(buf); err == nil {
			return unpack(t, wire, buf[:n]).Rcode
		}
	}
	t.Fatalf("no reply about %s", name)
	return 0
}

// inUse is the memory of the heap and of stacks, without what nobody holds.
func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}

// isBusy reports whether reply turns wire away.
func isBusy(t *testing.T, wire, reply []byte) bool {
	r := unpack(t, wire, reply)
	e, ok := remarkOf(r)
	return r.Rcode == dns.RcodeServerFailure && ok && e.InfoCode == dns.ExtendedErrorCodeNoReachableAuthority && e.ExtraText == busy.text
}

// deadUpstream has 400 questions wait for one upstream; whatever does not need
// it is answered as ever.
func deadUpstream(t *testing.T) {
	dead := newOrigin(t, func(*dns.Msg) *dns.Msg { return nil })
	alive := newOrigin(t, zone(t, "cached.alive.example. 60 IN A 192.0.2.1\nother.alive.example. 60 IN A 192.0.2.2"))
	s := start(t, Options{
		Upstreams: []string{dead.url},
		Forward:   map[string][]string{"alive.example": {alive.url}},
		Policy:    policy([]string{"blocked.example"}, nil),
	})
	ask(t, s, newQuery("cached.alive.example.", dns.TypeA))
	conn := dial(t, "udp", s)
	for i := range 400 {
		wire, err := newQuery(fmt.Sprintf("n%d.example.", i), dns.TypeA).Pack()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write(wire); err != nil {
			t.Fatal(err)
		}
	}
	for name, rcode := range map[string]int{
		"cached.alive.example.": dns.RcodeSuccess,
		"other.alive.example.":  dns.RcodeSuccess,
		"blocked.example.":      dns.RcodeNameError,
	} {
		if r := ask(t, s, newQuery(name, dns.TypeA)); r.Rcode != rcode {
			t.Errorf("%s: rcode %d; want %d", name, r.Rcode, rcode)
		}
	}
}

// softFailure has the first upstream fail in ways that the second can mend.
func softFailure(t *testing.T) {
	for _, rcode := range []int{dns.RcodeServerFailure, dns.RcodeRefused, dns.RcodeNotImplemented} {
		bad := newOrigin(t, func(q *dns.Msg) *dns.Msg { return new(dns.Msg).SetRcode(q, rcode) })
		good := newOrigin(t, zone(t, "shop.example. 60 IN A 192.0.2.1"))
		s := start(t, Options{Upstreams: []string{bad.url, good.url}})
		if r := ask(t, s, newQuery("shop.example.", dns.TypeA)); len(r.Answer) != 1 {
			t.Errorf("%s: %v; want the second upstream's answer", dns.RcodeToString[rcode], r)
		}
	}
	// With nobody better, the failure is given, with the upstream's reason, and
	// remembered for a moment.
	bad := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		r := new(dns.Msg).SetRcode(q, dns.RcodeServerFailure)
		r.SetEdns0(1232, false)
		r.IsEdns0().Option = []dns.EDNS0{&dns.EDNS0_EDE{InfoCode: dns.ExtendedErrorCodeDNSBogus, ExtraText: "not ours"}}
		return r
	})
	s := start(t, Options{Upstreams: []string{bad.url}})
	for range 3 {
		r := ask(t, s, newQuery("shop.example.", dns.TypeA, edns))
		if e, ok := remarkOf(r); r.Rcode != dns.RcodeServerFailure || !ok || e.InfoCode != dns.ExtendedErrorCodeDNSBogus || e.ExtraText == "not ours" {
			t.Errorf("reply %v; want SERVFAIL with EDE 6", r)
		}
	}
	if n := bad.times("shop.example.", dns.TypeA); n != 1 {
		t.Errorf("upstream was asked %d times; want 1", n)
	}
}

// staleAnswer lets an answer expire and the upstream fail.
func staleAnswer(t *testing.T) {
	records := zone(t, "shop.example. 1 IN A 192.0.2.1")
	failing := make(chan struct{})
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		select {
		case <-failing:
			return new(dns.Msg).SetRcode(q, dns.RcodeServerFailure)
		default:
			return records(q)
		}
	})
	s := start(t, Options{Upstreams: []string{o.url}})
	for _, name := range []string{"shop.example.", "none.example."} {
		ask(t, s, newQuery(name, dns.TypeA))
	}
	close(failing)
	s.age("shop.example.", dns.TypeA, 2*time.Second)
	s.age("none.example.", dns.TypeA, 901*time.Second)
	r := ask(t, s, newQuery("shop.example.", dns.TypeA, edns))
	if e, ok := remarkOf(r); len(r.Answer) != 1 || !ok || e.InfoCode != dns.ExtendedErrorCodeStaleAnswer || r.Answer[0].Header().Ttl > staleTTL {
		t.Errorf("reply %v; want the stale answer with EDE 3 and a TTL of at most %d", r, staleTTL)
	}
	r = ask(t, s, newQuery("none.example.", dns.TypeA, edns))
	if e, ok := remarkOf(r); r.Rcode != dns.RcodeNameError || !ok || e.InfoCode != dns.ExtendedErrorCodeStaleNXDOMAINAnswer {
		t.Errorf("reply %v; want the stale NXDOMAIN with EDE 19", r)
	}
	s.age("shop.example.", dns.TypeA, maxStale)
	if r := ask(t, s, newQuery("shop.example.", dns.TypeA)); r.Rcode != dns.RcodeServerFailure {
		t.Errorf("reply %v; want SERVFAIL for an answer that is too old", r)
	}
}

// TestStaleWhileSilent has the upstream fall silent: the stale answer comes
// before the question has failed, and those who ask next need not wait.
func TestStaleWhileSilent(t *testing.T) {
	t.Parallel()
	records := zone(t, "shop.example. 1 IN A 192.0.2.1")
	silent := make(chan struct{})
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		select {
		case <-silent:
			return nil
		default:
			return records(q)
		}
	})
	s := start(t, Options{Upstreams: []string{o.url}})
	ask(t, s, newQuery("shop.example.", dns.TypeA))
	close(silent)
	s.age("shop.example.", dns.TypeA, 2*time.Second)
	for range 2 {
		r := ask(t, s, newQuery("shop.example.", dns.TypeA, edns))
		if e, ok := remarkOf(r); len(r.Answer) != 1 || !ok || e.InfoCode != dns.ExtendedErrorCodeStaleAnswer {
			t.Errorf("reply %v; want the stale answer", r)
		}
		s.flights.mu.Lock()
		under := len(s.flights.byKey)
		s.flights.mu.Unlock()
		if under != 1 {
			t.Errorf("%d questions under way; want the one that goes on", under)
		}
	}
}

// age makes the answer kept for a name older by d.
func (s *Server) age(name string, qtype uint16, d time.Duration) {
	wire, err := wireName(name)
	if err != nil {
		panic(err)
	}
	for _, do := range []bool{false, true} {
		key := appendKey(append([]byte(nil), wire...), qtype, do, false)
		if e := s.cache.get(key, time.Now()).entry; e != nil {
			s.cache.put(string(key), &entry{
				answer: e.answer, host: e.host, hops: e.hops, targets: e.targets, addrs: e.addrs, withheld: e.withheld, remark: e.remark,
				ttl: e.ttl, stored: e.stored.Add(-d),
			})
		}
	}
}

// TestHedge has a first upstream that is silent: the second answers.
func TestHedge(t *testing.T) {
	t.Parallel()
	dead := newOrigin(t, func(*dns.Msg) *dns.Msg { return nil })
	good := newOrigin(t, zone(t, "a.example. 60 IN A 192.0.2.1\nb.example. 60 IN A 192.0.2.1\nc.example. 60 IN A 192.0.2.1\nd.example. 60 IN A 192.0.2.1"))
	s := start(t, Options{Upstreams: []string{dead.url, good.url}})
	for _, name := range []string{"a", "b", "c"} {
		if r := ask(t, s, newQuery(name+".example.", dns.TypeA)); len(r.Answer) != 1 {
			t.Fatalf("reply %v; want an answer", r)
		}
	}
	first := s.settings.Load().main.servers[0]
	for !first.down(time.Now()) { // its exchanges end a moment after the answer
		runtime.Gosched()
	}
	if r := ask(t, s, newQuery("d.example.", dns.TypeA)); len(r.Answer) != 1 || dead.times("d.example.") != 0 {
		t.Errorf("reply %v, dead upstream asked %d times; want the other one asked first", r, dead.times("d.example."))
	}
}

// TestUnreachable has nobody listen at the upstream's address.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	udp, tcp, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = udp.Close(), tcp.Close()
	s := start(t, Options{Upstreams: []string{"tcp://" + udp.LocalAddr().String()}})
	r := ask(t, s, newQuery("shop.example.", dns.TypeA, edns))
	if e, ok := remarkOf(r); r.Rcode != dns.RcodeServerFailure || !ok || e.InfoCode != dns.ExtendedErrorCodeNetworkError {
		t.Errorf("reply %v; want SERVFAIL with EDE 23", r)
	}
}
