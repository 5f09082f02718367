package accounts

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestTurnsGoRound floods from one client and counts how many runs others wait
// for.
func TestTurnsGoRound(t *testing.T) {
	t.Parallel()
	mine, theirs := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	for name, c := range map[string]struct {
		flood func(i int) Asker
		who   Asker
		most  int // runs before
	}{
		"a site, and another":          {func(int) Asker { return Asker{Client: mine, Site: "flood.example"} }, Asker{Client: mine, Site: "b.example"}, 1},
		"forty sites, and another":     {func(i int) Asker { return Asker{Client: mine, Site: fmt.Sprint(i % 40)} }, Asker{Client: mine, Site: "b.example"}, 40},
		"forty sites, and a familiar":  {func(i int) Asker { return Asker{Client: mine, Site: fmt.Sprint(i % 40)} }, Asker{Client: mine, Site: "b.example", Familiar: true}, 1},
		"familiar sites, and another":  {func(i int) Asker { return Asker{mine, fmt.Sprint(i % 8), true} }, Asker{Client: mine, Site: "b.example"}, 2},
		"forty sites, and a colleague": {func(i int) Asker { return Asker{Client: mine, Site: fmt.Sprint(i % 40)} }, Asker{Client: theirs, Site: "b.example"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				x := newTurns(1)
				var runs atomic.Int32
				hold := func(who Asker) error {
					if _, err := x.take(t.Context(), who); err != nil {
						return err
					}
					time.Sleep(50 * time.Millisecond)
					runs.Add(1)
					x.give()
					return nil
				}
				for i := range 80 {
					go func() {
						for hold(c.flood(i)) == nil {
							if runs.Load() > 500 {
								return
							}
						}
					}()
				}
				synctest.Wait()
				time.Sleep(time.Second)
				before := int(runs.Load())
				if err := hold(c.who); err != nil {
					t.Error(err)
				}
				if waited := int(runs.Load()) - 1 - before; waited > c.most+1 { // and the one under way
					t.Errorf("waited for %d runs; want %d at most", waited, c.most+1)
				}
				time.Sleep(time.Minute)
			})
		})
	}
}

// TestTurnsAreBounded fills the queue by one client.
func TestTurnsAreBounded(t *testing.T) {
	t.Parallel()
	x, admitted := newTurns(1), 0
	who := func(i int, familiar bool) Asker { return Asker{Site: fmt.Sprint(i), Familiar: familiar} }
	for i := range 2 * maxOfClient {
		if x.admit(who(i, false)) {
			admitted++
		}
	}
	if admitted != maxOfClient {
		t.Errorf("%d admitted; want %d", admitted, maxOfClient)
	}
	if !x.admit(who(1, true)) || !x.admit(Asker{Client: netip.MustParseAddr("192.0.2.2")}) {
		t.Error("a familiar site, or another client, is refused")
	}
	for i := range maxOfClient {
		x.retire(who(i, false))
	}
	if !x.admit(who(0, false)) {
		t.Error("refused after all have gone")
	}
}

// TestTurnsGivenUp has callers give up at the moment they get their turn.
func TestTurnsGivenUp(t *testing.T) {
	t.Parallel()
	x := newTurns(1)
	for range 200 {
		if _, err := x.take(t.Context(), Asker{}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { _, err := x.take(ctx, Asker{Site: "a"}); done <- err }()
		go cancel()
		x.give()
		if err := <-done; err == nil {
			x.give()
		} else if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		cancel()
	}
	if x.busy != 0 || len(x.waiting) != 0 {
		t.Errorf("%d places taken, %d clients wait; want none", x.busy, len(x.waiting))
	}
}

// TestHiddenAmongDecoys sends the password as the last of 32 values, with what a
// site asks to be added, and with the password before in force.
func TestHiddenAmongDecoys(t *testing.T) {
	t.Parallel()
	s := stocked(t)
	var values [][]byte
	for i := range maxPasswords - 1 {
		values = append(values, fmt.Appendf(nil, "decoyvalue%d", i))
	}
	if m := check(t, s, octets(sellerID), append(values, []byte(secret))); !m.ID || !m.Password {
		t.Errorf("%+v; want both", m)
	}
	if m := check(t, s, octets(sellerID), append(values, []byte("one more"), []byte(secret))); m.Password || !m.Partial {
		t.Errorf("one too many: %+v; want Partial", m)
	}
}

// TestPlaces: as many runs as there are places go at once, and no more; half of the cores
// are left to others.
func TestPlaces(t *testing.T) {
	t.Parallel()
	for cores, want := range map[int]int{1: 1, 2: 1, 4: 2, 8: 4, 64: maxPlaces} {
		if got := placesFor(cores); got != want {
			t.Errorf("%d cores: %d places; want %d", cores, got, want)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		x := newTurns(3)
		var now, most, done atomic.Int32
		for i := range 12 {
			go func() {
				if _, err := x.take(t.Context(), Asker{Site: fmt.Sprint(i)}); err != nil {
					t.Error(err)
					return
				}
				if n := now.Add(1); n > most.Load() {
					most.Store(n)
				}
				time.Sleep(50 * time.Millisecond)
				now.Add(-1)
				done.Add(1)
				x.give()
			}()
		}
		time.Sleep(4*50*time.Millisecond + time.Millisecond)
		synctest.Wait()
		if most.Load() != 3 || done.Load() != 12 || x.waits() > 0 {
			t.Errorf("%d at once, %d of 12 done in four rounds; want 3, all", most.Load(), done.Load())
		}
	})
}
