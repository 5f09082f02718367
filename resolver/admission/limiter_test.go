package admission

import (
	"container/list"
	"context"
	"errors"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

// TestTurnstile has exchanges with a silent server crowd in.
func TestTurnstile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var (
			lim     Limiter
			permits []*Permit
		)
		inFlight := func() int {
			lim.mu.Lock()
			defer lim.mu.Unlock()
			return lim.inFlight.Len()
		}
		enter := func() *Permit {
			p := lim.Enter(t.Context(), netip.Addr{})
			permits = append(permits, p)
			return p
		}
		for i := range MostSilent {
			if p := enter(); p.Admitted() != (i <= perUpstream) { // and the first of a pace
				t.Fatalf("%d: admitted %v", i, p.Admitted())
			}
		}
		last := enter()
		time.Sleep(pace)
		synctest.Wait()
		if !last.Admitted() {
			t.Error("the latest was not let in next")
		}
		time.Sleep((MostSilent - perUpstream - 3) * pace)
		synctest.Wait()
		if n := inFlight(); n != MostSilent-1 || permits[0].ctx.Err() != nil {
			t.Errorf("%d in flight, the oldest given up: %v; want nobody so", n, permits[0].ctx.Err())
		}
		time.Sleep(2 * pace)
		synctest.Wait()
		if n, cause := inFlight(), context.Cause(permits[0].ctx); n != MostSilent || !errors.Is(cause, ErrGivenUp) {
			t.Errorf("%d in flight, the oldest ended by %v; want %d and it given up", n, cause, MostSilent)
		}
		for _, p := range permits {
			p.Leave()
			p.Leave() // does no harm
		}
		if lim.inFlight.Len()+lim.clients.waiting != 0 {
			t.Errorf("%d in flight, %d waiting; want nobody", lim.inFlight.Len(), lim.clients.waiting)
		}
	})
}

// leaveAll has everybody leave lim, those who wait first.
func leaveAll(lim *Limiter) {
	for lim.clients.waiting > 0 {
		lim.clients.least(cameLast).waiting(cameLast).Leave()
	}
	for _, l := range []*list.List{&lim.inFlight, &lim.aside} {
		for l.Len() > 0 {
			oldest(l).Leave()
		}
	}
}

// TestTurnstileAnswered has the server answer, and then no more.
func TestTurnstileAnswered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lim Limiter
		atOnce := func() (n int) {
			lim.latest = time.Now() // nobody else is let in for now
			for lim.Enter(t.Context(), netip.Addr{}).Admitted() {
				n++
			}
			leaveAll(&lim)
			return n
		}
		for range 2 * MostUpstream {
			lim.Answered()
		}
		if n := atOnce(); n != MostUpstream {
			t.Errorf("%d let in at once where all are answered; want %d", n, MostUpstream)
		}
		for range 10 {
			lim.Unanswered()
		}
		if n := atOnce(); n != perUpstream {
			t.Errorf("%d let in at once where none are answered; want %d", n, perUpstream)
		}
	})
}

// TestClientQueues has one client take all places of a silent server, and another come.
func TestClientQueues(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lim Limiter
		lim.added = MostSilent - perUpstream
		flooder, other := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
		enter := func(client netip.Addr, n int) (permits []*Permit) {
			for range n {
				permits = append(permits, lim.Enter(t.Context(), client))
			}
			return permits
		}
		flood := enter(flooder, MostSilent-2)
		lim.added, lim.latest = 0, time.Now()
		waits := enter(flooder, 2)
		if few := enter(other, 2); !few[0].Admitted() || !few[1].Admitted() || waits[1].Admitted() {
			t.Error("a client with few exchanges waits for a place, or one with many does not")
		}
		late := enter(other, 2)
		time.Sleep(pace)
		synctest.Wait()
		if !late[1].Admitted() || waits[1].Admitted() || !errors.Is(context.Cause(flood[0].ctx), ErrGivenUp) {
			t.Error("want the other client's latest in the place of the flooder's oldest")
		}
		lim.added = MostSilent - perUpstream
		flood[1].Leave()
		if !late[0].Admitted() || waits[0].Admitted() {
			t.Error("want who has fewest places to have the next")
		}
		flood[2].Leave()
		if !waits[0].Admitted() || waits[1].Admitted() {
			t.Error("want who has waited longest to have the next of its client's")
		}
		waits[1].Leave()
		for lim.inFlight.Len() > 0 {
			oldest(&lim.inFlight).Leave()
		}
		if n := lim.clients.crowded(); n != 0 {
			t.Errorf("%d clients still have places", n)
		}
		for i := range MostSilent {
			lim.Enter(t.Context(), netip.AddrFrom4([4]byte{198, 51, 100, byte(i)})).Leave()
		}
		if n := len(lim.clients.byClient); n > keptQueues {
			t.Errorf("%d clients still known; want %d at most", n, keptQueues)
		}
	})
}
