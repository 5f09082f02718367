package turns

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

// pendingOf returns an event of client, which notes in refused that it was.
func pendingOf(client netip.Addr, refused *int) *Event {
	return &Event{Client: client, Until: time.Now().Add(time.Hour), Refuse: func() { *refused++ }}
}

// TestTurns has one client flood, and others come.
func TestTurns(t *testing.T) {
	t.Parallel()
	q, refused := New(), 0
	flooder, other := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	var first *Event
	now, held := 0, 0
	for range 2 * (eachUnder + EachHeld) {
		e := pendingOf(flooder, &refused)
		switch begun, ok, out := q.Enter(e); {
		case out != nil:
			t.Fatal("somebody is refused in the place of the flooder")
		case begun:
			now, first = now+1, e
		case ok:
			held++
		}
	}
	if now != eachUnder || held != EachHeld {
		t.Errorf("%d of the flooder recorded at once and %d held; want %d and %d", now, held, eachUnder, EachHeld)
	}
	e := pendingOf(other, &refused)
	if begun, _, _ := q.Enter(e); !begun {
		t.Error("another client waits for the flooder")
	}
	if q.Leave(e) != nil {
		t.Error("the flooder got more than its share")
	}
	for n := EachHeld; first != nil; n-- { // its own go on one by one, to the last
		if first = q.Leave(first); (first == nil) != (n == 0) {
			t.Fatalf("%d held; next %v", n, first)
		}
	}
	if q.held != 0 || q.turns.Len() != 0 || q.under != eachUnder-1 {
		t.Errorf("%d held, %d turns, %d under way; want %d under way", q.held, q.turns.Len(), q.under, eachUnder-1)
	}
}

// TestFull has all places taken: this machine, which has most, gives
// way to others, and these have turns.
func TestFull(t *testing.T) {
	t.Parallel()
	q, refused := New(), 0
	self := netip.IPv6Loopback()
	one := crowd(t, q)[0]
	var latest *Event
	for range maxHeld {
		latest = pendingOf(self, &refused)
		if begun, ok, out := q.Enter(latest); begun || !ok || out != nil {
			t.Fatalf("recorded %v, room %v; want it held", begun, ok)
		}
	}
	if _, ok, _ := q.Enter(pendingOf(self, &refused)); ok {
		t.Error("room for one more of whoever has most")
	}
	late := netip.MustParseAddr("192.0.2.2")
	_, ok, out := q.Enter(pendingOf(late, &refused))
	if !ok || out != latest {
		t.Fatalf("room %v, %v refused for it; want the latest of this machine's to be", ok, out)
	}
	if next := q.Leave(one); next == nil || next.Client != self {
		t.Fatalf("next %+v; want what waited first", next)
	} else if next = q.Leave(next); next == nil || next.Client != late {
		t.Errorf("next %+v; want the other client's turn", next)
	}
	if len(q.clients) != maxUnder/eachUnder+2 || q.held != maxHeld-2 {
		t.Errorf("%d clients, %d held", len(q.clients), q.held)
	}
}

// crowd has other clients' events take all places, and returns these.
func crowd(t *testing.T, q *Queue) (events []*Event) {
	t.Helper()
	for i := range maxUnder {
		e := pendingOf(netip.AddrFrom4([4]byte{198, 51, 100, byte(i / eachUnder)}), new(int))
		if begun, _, _ := q.Enter(e); !begun {
			t.Fatal("no place")
		}
		events = append(events, e)
	}
	return events
}

// TestLateBeforeItsTurn: a client whose last event was refused for its time has no turn any
// more, and nothing is kept of it.
func TestLateBeforeItsTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q, refused := New(), 0
		under := crowd(t, q)
		if begun, ok, _ := q.Enter(pendingOf(netip.MustParseAddr("192.0.2.1"), &refused)); begun || !ok {
			t.Fatalf("recorded %v, room %v; want it held", begun, ok)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := len(q.clients); refused != 1 || n != maxUnder/eachUnder {
			t.Errorf("%d refused, %d clients; want 1, and those whose events are recorded", refused, n)
		}
		for _, e := range under {
			if next := q.Leave(e); next != nil {
				t.Fatalf("next %+v; want nothing", next)
			}
		}
		if len(q.clients) != 0 {
			t.Errorf("%d clients are kept of whom there is nothing", len(q.clients))
		}
	})
}

// TestRefusedAreNotKept: where everybody who waits has one event only, a newcomer is refused,
// and leaves nothing.
func TestRefusedAreNotKept(t *testing.T) {
	t.Parallel()
	q := New()
	crowd(t, q)
	for i := range maxHeld + 1 {
		_, ok, out := q.Enter(pendingOf(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), new(int)))
		if want := i < maxHeld; ok != want || out != nil {
			t.Fatalf("client %d: room %v, %v refused for it; want room %v", i, ok, out, want)
		}
	}
	if n, want := len(q.clients), maxUnder/eachUnder+maxHeld; n != want {
		t.Errorf("%d clients; want %d", n, want)
	}
}

// TestLate refuses what has waited for too long, once.
func TestLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q, refused := New(), 0
		client := netip.MustParseAddr("192.0.2.1")
		var one *Event
		for range eachUnder + 2 {
			e := pendingOf(client, &refused)
			e.Until = time.Now().Add(time.Duration(1+len(q.clients)) * time.Second)
			if begun, _, _ := q.Enter(e); begun {
				one = e
			}
		}
		if next := q.Leave(one); next == nil {
			t.Fatal("nothing is next")
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if refused != 1 || q.held != 0 || q.turns.Len() != 0 {
			t.Errorf("%d refused, %d held, %d turns; want the one that waited refused", refused, q.held, q.turns.Len())
		}
	})
}
