package resolver

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"
	"go.uber.org/zap"

	"sekisho/rules"
)

// pendingOf returns a hold of client, which notes in refused that it was.
func pendingOf(client netip.Addr, refused *int) *pendingEvent {
	return &pendingEvent{client: client, until: time.Now().Add(time.Hour), refuse: func() { *refused++ }}
}

// TestRecordings has one client flood, and others come.
func TestRecordings(t *testing.T) {
	t.Parallel()
	r, refused := newRecordings(), 0
	flooder, other := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	var first *pendingEvent
	now, held := 0, 0
	for range 2 * (eachRecording + eachHeld) {
		h := pendingOf(flooder, &refused)
		switch begun, ok, out := r.enter(h); {
		case out != nil:
			t.Fatal("somebody is refused in the place of the flooder")
		case begun:
			now, first = now+1, h
		case ok:
			held++
		}
	}
	if now != eachRecording || held != eachHeld {
		t.Errorf("%d of the flooder recorded at once and %d held; want %d and %d", now, held, eachRecording, eachHeld)
	}
	h := pendingOf(other, &refused)
	if begun, _, _ := r.enter(h); !begun {
		t.Error("another client waits for the flooder")
	}
	if r.leave(h) != nil {
		t.Error("the flooder got more than its share")
	}
	for n := eachHeld; first != nil; n-- { // its own go on one by one, to the last
		if first = r.leave(first); (first == nil) != (n == 0) {
			t.Fatalf("%d held; next %v", n, first)
		}
	}
	if r.held != 0 || r.turns.Len() != 0 || r.under != eachRecording-1 {
		t.Errorf("%d held, %d turns, %d under way; want %d under way", r.held, r.turns.Len(), r.under, eachRecording-1)
	}
}

// TestRecordingsFull has all places taken: this machine, which has most, gives
// way to others, and these have turns.
func TestRecordingsFull(t *testing.T) {
	t.Parallel()
	r, refused := newRecordings(), 0
	self := netip.IPv6Loopback()
	var one *pendingEvent
	for i := range maxRecording / eachRecording {
		for range eachRecording {
			one = pendingOf(netip.AddrFrom4([4]byte{198, 51, 100, byte(i)}), &refused)
			if begun, _, _ := r.enter(one); !begun {
				t.Fatal("no place")
			}
		}
	}
	for range maxHeld {
		if begun, ok, out := r.enter(pendingOf(self, &refused)); begun || !ok || out != nil {
			t.Fatalf("recorded %v, room %v; want it held", begun, ok)
		}
	}
	if _, ok, _ := r.enter(pendingOf(self, &refused)); ok {
		t.Error("room for one more of whoever has most")
	}
	late := netip.MustParseAddr("192.0.2.2")
	_, ok, out := r.enter(pendingOf(late, &refused))
	if !ok || out == nil || out.client != self {
		t.Fatalf("room %v, %v refused for it; want one of this machine's to be", ok, out)
	}
	if next := r.leave(one); next == nil || next.client != self {
		t.Fatalf("next %+v; want what waited first", next)
	} else if next = r.leave(next); next == nil || next.client != late {
		t.Errorf("next %+v; want the other client's turn", next)
	}
	if len(r.clients) != maxRecording/eachRecording+2 || r.held != maxHeld-2 {
		t.Errorf("%d clients, %d held", len(r.clients), r.held)
	}
}

// TestRecordingsLate refuses what has waited for too long, once.
func TestRecordingsLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r, refused := newRecordings(), 0
		client := netip.MustParseAddr("192.0.2.1")
		var one *pendingEvent
		for range eachRecording + 2 {
			h := pendingOf(client, &refused)
			h.until = time.Now().Add(time.Duration(1+len(r.clients)) * time.Second)
			if begun, _, _ := r.enter(h); begun {
				one = h
			}
		}
		if next := r.leave(one); next == nil {
			t.Fatal("nothing is next")
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if refused != 1 || r.held != 0 || r.turns.Len() != 0 {
			t.Errorf("%d refused, %d held, %d turns; want the one that waited refused", refused, r.held, r.turns.Len())
		}
	})
}

// TestRecordedBeforeAnswer has more blocked names asked for at once than can be
// recorded: each that is answered so has its event by then, the others fail, and
// another client's, and this machine's, are let in all the same. On a slow machine they
// may fail later.
func TestRecordedBeforeAnswer(t *testing.T) {
	t.Parallel()
	j, path := openJournal(t)
	flooder, other := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	s := start(t, Options{
		Upstreams: []string{newOrigin(t, zone(t, "")).url}, Journal: j, Policy: policy([]string{"blocked.example"}, nil),
		Clients: append([]netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}, loopbackOnly...),
	})
	const many = 4 * (eachRecording + eachHeld)
	var (
		waiting sync.WaitGroup
		mu      sync.Mutex
		replies = map[netip.Addr]map[int]int{}
		away    = map[netip.Addr]int{} // turned away at once
	)
	ask := func(client netip.Addr, name string) {
		wire, err := newQuery(name, dns.TypeA, edns).Pack()
		if err != nil {
			t.Fatal(err)
		}
		waiting.Add(1)
		asking := true // told of a failure meanwhile, it was turned away
		told := func(reply []byte) {
			defer waiting.Done()
			m := unpack(t, wire, reply)
			if e, ok := remarkOf(m); m.Rcode == dns.RcodeServerFailure && (!ok || e.InfoCode != dns.ExtendedErrorCodeNotReady) {
				t.Errorf("%s: EDE %v; want 14", name, e)
			}
			mu.Lock()
			defer mu.Unlock()
			if replies[client] == nil {
				replies[client] = map[int]int{}
			}
			replies[client][m.Rcode]++
			if asking && m.Rcode == dns.RcodeServerFailure {
				away[client]++
			}
		}
		if reply, waits := s.handle(wire, client, arrival{tcp: true}, nil, sends(told)); !waits {
			told(reply)
		}
		mu.Lock()
		defer mu.Unlock()
		asking = false
	}
	for i := range many {
		ask(flooder, fmt.Sprintf("n%d.blocked.example.", i))
		if i%100 == 0 {
			ask(other, fmt.Sprintf("n%d.blocked.example.", i))
		}
	}
	for i := range many / 2 {
		ask(loopbackOnly[0].Addr(), fmt.Sprintf("n%d.blocked.example.", i))
	}
	waiting.Wait()
	recorded := map[string]int{}
	for _, e := range events(t, path) {
		recorded[e.Client]++
	}
	for client, got := range replies {
		// More events are those of questions that failed before theirs was written.
		if got[dns.RcodeNameError] > recorded[client.String()] || got[dns.RcodeNameError]+got[dns.RcodeServerFailure] == 0 {
			t.Errorf("%s: %d told that it is blocked, %d events", client, got[dns.RcodeNameError], recorded[client.String()])
		}
		if n := away[client]; (n > 0) != (client == flooder) {
			t.Errorf("%s: %d turned away; want some of %s only", client, n, flooder)
		}
	}
}

// TestRecordLate says that an event is not durable when the time for that is over,
// and begins anew with the next question.
func TestRecordLate(t *testing.T) {
	t.Parallel()
	j, path := openJournal(t)
	r := newRecorder(j, zap.NewNop())
	v := visit{client: netip.MustParseAddr("192.0.2.1"), host: "blocked.example", action: rules.Block}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.record(ended, v, &judgement{}, false); err != errUnrecorded || r.recorded(v, time.Now()) {
		t.Errorf("recorded, without the time for it: %v", err)
	}
	soon, cancel := context.WithTimeout(t.Context(), oneVisit/2) // before the visit is over
	defer cancel()
	if err := r.record(soon, v, &judgement{}, false); err != nil || !r.recorded(v, time.Now()) {
		t.Errorf("not recorded: %v", err)
	}
	if got := events(t, path); len(got) == 0 || !strings.HasPrefix(got[len(got)-1].Host, "blocked") {
		t.Errorf("events %+v", got)
	}
}

// TestRecordAfterAnother waits for an event whose writer has less time: it is written
// all the same.
func TestRecordAfterAnother(t *testing.T) {
	t.Parallel()
	j, path := openJournal(t)
	r := newRecorder(j, zap.NewNop())
	v := visit{client: netip.MustParseAddr("192.0.2.1"), host: "blocked.example", action: rules.Block}
	n, first := r.begin(v, time.Now())
	if !first {
		t.Fatal("somebody writes already")
	}
	recorded := make(chan error, 1)
	go func() { recorded <- r.record(t.Context(), v, &judgement{}, false) }()
	time.Sleep(10 * time.Millisecond) // so that it waits, most times
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.write(ended, n, v, &judgement{}, false); err != errUnrecorded {
		t.Errorf("recorded, without the time for it: %v", err)
	}
	if err := <-recorded; err != nil || !r.recorded(v, time.Now()) {
		t.Errorf("not recorded by who had time: %v", err)
	}
	if got := waitEvents(t, path, 1); got[0].Host != v.host {
		t.Errorf("events %+v", got)
	}
}

// TestVisitEnds: an event counts for oneVisit, and what is asked later is another.
func TestVisitEnds(t *testing.T) {
	t.Parallel()
	j, path := openJournal(t)
	r := newRecorder(j, zap.NewNop())
	v := visit{client: netip.MustParseAddr("192.0.2.1"), host: "blocked.example", action: rules.Block}
	for range 2 {
		if err := r.record(t.Context(), v, &judgement{}, false); err != nil {
			t.Fatal(err)
		}
	}
	begun := r.notes[v].time
	for _, tc := range []struct {
		after time.Duration
		same  bool
	}{{0, true}, {oneVisit - 1, true}, {oneVisit, false}, {time.Hour, false}} {
		if got := r.recorded(v, begun.Add(tc.after)); got != tc.same {
			t.Errorf("recorded after %v: %v; want %v", tc.after, got, tc.same)
		}
	}
	if got := events(t, path); len(got) != 1 {
		t.Errorf("%d events; want one", len(got))
	}
	if _, first := r.begin(v, begun.Add(oneVisit-1)); first {
		t.Error("another event in the same visit")
	}
	if _, first := r.begin(v, begun.Add(oneVisit)); !first {
		t.Error("no other event after the visit")
	}
}

// TestManyVisits keeps a bounded number of them, without making room for each anew.
func TestManyVisits(t *testing.T) {
	t.Parallel()
	r, now := newRecorder(nil, zap.NewNop()), time.Now()
	for i := range maxVisits + 1 {
		r.begin(visit{host: fmt.Sprint(i)}, now)
	}
	if n := len(r.notes); n != keptVisits+1 {
		t.Errorf("%d kept; want %d", n, keptVisits+1)
	}
}
