package resolver

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
	"go.uber.org/zap"

	"sekisho/resolver/turns"
	"sekisho/rules"
)

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
	const many = 5 * turns.EachHeld
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
	r := newRecorder(j, nil, zap.NewNop())
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
	r := newRecorder(j, nil, zap.NewNop())
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
	r := newRecorder(j, nil, zap.NewNop())
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
	r, now := newRecorder(nil, nil, zap.NewNop()), time.Now()
	for i := range maxVisits + 1 {
		r.begin(visit{host: fmt.Sprint(i)}, now)
	}
	if n := len(r.notes); n != keptVisits+1 {
		t.Errorf("%d kept; want %d", n, keptVisits+1)
	}
}
