package accounts

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"
)

// TestCheckBeside: what an application sends beside an account's ID is compared with that
// account; with the others too only as far as the caller says.
func TestCheckBeside(t *testing.T) {
	t.Parallel()
	s := stocked(t)
	add(t, s, "third@shop.example", "third", "a third one 5")
	many := make([][]byte, 0, maxPasswords)
	for i := range maxPasswords {
		many = append(many, fmt.Appendf(nil, "Order-%03d", i))
	}
	before := s.Load().Compared
	if m, err := s.CheckBeside(t.Context(), Asker{}, octets(sellerID), nil, many, 2); err != nil || m.Password || !m.ID || m.Partial {
		t.Errorf("orders: %+v, %v", m, err)
	}
	if n := s.Load().Compared - before; n != maxPasswords+2*2 {
		t.Errorf("%d comparisons; want one for each value, and two with the two others", n)
	}
	for _, tt := range []struct {
		ids       [][]byte
		labels    []string
		passwords [][]byte
		wide      int
		want      bool
	}{
		{octets(sellerID), nil, octets("x-value", secret), 0, true},
		{octets(sellerID), nil, octets("x-value", secret+"123456"), 0, true},
		{octets(sellerID), nil, octets("x-value", other), 1, false},
		{octets(sellerID), nil, octets(other, "x-value"), 1, true},
		{octets(sellerID, phoneID), nil, octets("x-value", other), 0, true},
		{octets("who@else.example"), nil, octets("x-value", other), 0, true},
		{nil, nil, octets("x-value", other), 0, true},
		{nil, []string{"shop"}, octets("x-value", secret), 0, true},
		{nil, []string{"shop"}, octets("x-value", other), 0, false},
		{nil, []string{"shop"}, octets("x-value", other), 2, true},
		{nil, []string{"gone"}, octets("x-value", other), 0, true},
		{octets(phoneID), []string{"shop"}, octets("x-value", secret), 0, true},
	} {
		if m, err := s.CheckBeside(t.Context(), Asker{}, tt.ids, tt.labels, tt.passwords, tt.wide); err != nil || m.Password != tt.want {
			t.Errorf("%q, %q, %d: %+v, %v; want %v", tt.ids, tt.passwords, tt.wide, m, err, tt.want)
		}
	}
}

// TestTurnedAwayLate: who waited in vain until the deadline counts as turned away, as who
// never got to wait, and not who had no need of the answer.
func TestTurnedAwayLate(t *testing.T) {
	t.Parallel()
	s := stocked(t)
	s.turns = newTurns(1)
	if _, err := s.turns.take(t.Context(), Asker{}); err != nil { // as a long comparison does
		t.Fatal(err)
	}
	past := time.Now().Add(-time.Second)
	for _, test := range []struct {
		cause error
		want  int64
	}{{errors.New("not waited for"), 0}, {nil, 1}} {
		ctx, cancel := context.WithDeadlineCause(t.Context(), past, test.cause)
		if _, err := s.Check(ctx, Asker{}, octets(sellerID), octets("a guess 5")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("late: %v; want the deadline's error", err)
		}
		cancel()
		if got := s.Load().TurnedAway; got != test.want {
			t.Errorf("%d turned away; want %d", got, test.want)
		}
	}
}
