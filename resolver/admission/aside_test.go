package admission

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"testing"
	"testing/synctest"
)

// TestStepAside gives places back, and keeps what goes on without one bounded: for
// all, and for each whose account it is on.
func TestStepAside(t *testing.T) {
	t.Parallel()
	var lim Limiter
	defer func() {
		if n := lim.inFlight.Len() + lim.clients.waiting + lim.aside.Len(); n != 0 {
			t.Errorf("%d left", n)
		}
	}()
	ended := func(permits []*Permit) (n int) {
		for _, p := range permits {
			if errors.Is(context.Cause(p.ctx), ErrAside) {
				n++
			}
		}
		return n
	}
	enter := func(n int) (permits []*Permit) {
		for range n {
			p := lim.Enter(t.Context(), netip.Addr{})
			t.Cleanup(p.Leave)
			permits = append(permits, p)
		}
		return permits
	}
	defer func() {
		leaveAll(&lim)
	}()
	quiet := enter(1)
	quiet[0].StepAside("quiet")
	greedy := enter(perUpstream)
	for _, p := range greedy {
		p.StepAside("greedy")
	}
	if a, b := ended(greedy), ended(quiet); a != perUpstream-AsideEach || b != 0 || ended(greedy[:a]) != a {
		t.Errorf("%d of the greedy and %d of others given up; want the oldest %d, and none", a, b, perUpstream-AsideEach)
	}
	others := mostAside/AsideEach + 1
	full := enter(perUpstream)
	for i, p := range full {
		if !p.Admitted() {
			t.Errorf("exchange %d has no place; want those that stepped aside to have given theirs back", i)
		}
		p.StepAside(strconv.Itoa(i % others))
	}
	if lim.aside.Len() != mostAside || ended(quiet) != 0 {
		t.Errorf("%d aside, that of whoever has one given up %v; want %d, and the others to share the rest", lim.aside.Len(), ended(quiet) == 1, mostAside)
	}
	late := enter(1)
	if late[0].StepAside("late"); ended(late) != 0 || ended(quiet) != 0 || lim.aside.Len() != mostAside {
		t.Errorf("%d aside, that of a newcomer given up %v; want %d, and it in the place of whoever has most", lim.aside.Len(), ended(late) == 1, mostAside)
	}
}

// TestGiveWay gives places back while there is room aside, and ends nothing for it.
func TestGiveWay(t *testing.T) {
	t.Parallel()
	var lim Limiter
	var permits []*Permit
	for i := range perUpstream {
		p := lim.Enter(t.Context(), netip.Addr{})
		p.GiveWay(fmt.Sprint(i % 2))
		p.GiveWay(fmt.Sprint(i % 2)) // does no harm
		permits = append(permits, p)
	}
	if a, n := lim.aside.Len(), lim.inFlight.Len(); a != 2*AsideEach || n != perUpstream-a {
		t.Errorf("%d aside, %d in flight; want %d of each holder aside and the rest in flight", a, n, AsideEach)
	}
	for _, p := range permits {
		if p.ctx.Err() != nil {
			t.Fatal("an exchange was ended")
		}
		p.Leave()
	}
	if lim.aside.Len()+lim.inFlight.Len()+lim.clients.crowded() != 0 {
		t.Error("something is left")
	}
}

// TestAsideLetsIn: who waits has the place that is given back, at once; a permit that has
// been left, or waits itself, gives none back.
func TestAsideLetsIn(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		aside func(*Permit)
	}{
		{"StepAside", func(p *Permit) { p.StepAside("holder") }},
		{"GiveWay", func(p *Permit) { p.GiveWay("holder") }},
	} {
		synctest.Test(t, func(t *testing.T) {
			var lim Limiter
			defer leaveAll(&lim)
			enter := func() *Permit { return lim.Enter(t.Context(), netip.Addr{}) }
			var in []*Permit
			for range perUpstream + 1 { // and the first of a pace
				in = append(in, enter())
			}
			waiting := []*Permit{enter(), enter(), enter()}
			if waiting[0].Admitted() {
				t.Fatal("nobody has to wait")
			}
			tt.aside(in[0])
			tt.aside(in[1])
			if !waiting[0].Admitted() || waiting[1].Admitted() {
				t.Errorf("%s: let in %v, %v; want the first of those who wait for the one place of two that is free",
					tt.name, waiting[0].Admitted(), waiting[1].Admitted())
			}
			in[2].Leave()
			aside := lim.aside.Len()
			if tt.aside(in[2]); lim.aside.Len() != aside {
				t.Errorf("%s: one that was left is aside", tt.name)
			}
		})
	}
}

// TestStepAsideWaiting: whoever steps aside before being let in is given up, and waits no
// more; one that gives way then goes on waiting.
func TestStepAsideWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lim Limiter
		defer leaveAll(&lim)
		for range perUpstream + 1 {
			lim.Enter(t.Context(), netip.Addr{})
		}
		patient, p := lim.Enter(t.Context(), netip.Addr{}), lim.Enter(t.Context(), netip.Addr{})
		patient.GiveWay("holder")
		p.StepAside("holder")
		if cause := context.Cause(p.Context()); !errors.Is(cause, ErrAside) || patient.Context().Err() != nil {
			t.Errorf("ended by %v, the other by %v; want %v and nothing", cause, patient.Context().Err(), ErrAside)
		}
		if lim.clients.waiting != 1 || lim.aside.Len() != 0 {
			t.Errorf("%d wait, %d aside; want one and none", lim.clients.waiting, lim.aside.Len())
		}
	})
}

// TestGiveWayToAll: all together have no more aside than mostAside.
func TestGiveWayToAll(t *testing.T) {
	t.Parallel()
	var lim Limiter
	defer leaveAll(&lim)
	for i := range perUpstream {
		lim.Enter(t.Context(), netip.Addr{}).GiveWay(strconv.Itoa(i % (mostAside/AsideEach + 1)))
	}
	if n := lim.aside.Len(); n != mostAside {
		t.Errorf("%d aside; want %d", n, mostAside)
	}
}
