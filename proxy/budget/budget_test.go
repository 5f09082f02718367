package budget

import (
	"net/netip"
	"testing"
)

// TestBudgetShares: one client, with all addresses of its network, gets half at the
// most, and what it gives back is there again.
func TestBudgetShares(t *testing.T) {
	t.Parallel()
	b := Budget{max: 100}
	one, two := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	for _, step := range []struct {
		client netip.Addr
		n      int
		want   bool
	}{
		{one, 50, true},
		{one, 1, false},
		{netip.MustParseAddr("::ffff:192.0.2.1"), 1, false},
		{netip.MustParseAddr("2001:db8::1"), 30, true},
		{netip.MustParseAddr("2001:db8::2"), 30, false},
		{two, 20, true},
		{two, 1, false}, // all is taken
	} {
		if got := b.grow(step.client, step.n); got != step.want {
			t.Errorf("grow(%v, %d) = %v; want %v", step.client, step.n, got, step.want)
		}
	}
	b.shrink(one, 50)
	if !b.grow(two, 30) || b.grow(two, 1) {
		t.Error("what was given back is not there, or more than half")
	}
	b.shrink(two, 50)
	b.shrink(netip.MustParseAddr("2001:db8::ffff"), 30)
	if b.InUse() != 0 || len(b.by) != 0 {
		t.Errorf("%d bytes and %d clients are left", b.InUse(), len(b.by))
	}
}

// TestHolding: what grows takes what was there along and leaves nothing of it behind,
// and nothing is counted once it was dropped.
func TestHolding(t *testing.T) {
	t.Parallel()
	b := New(4 * minHolding)
	h := b.Hold(netip.MustParseAddr("192.0.2.1"))
	if !h.Room(6) || b.InUse() != minHolding {
		t.Fatalf("%d bytes are counted; want %d", b.InUse(), minHolding)
	}
	h.B = append(h.B, "secret"...)
	old := h.B
	if !h.Room(minHolding) || string(h.B) != "secret" || string(old) != "\x00\x00\x00\x00\x00\x00" {
		t.Errorf("grown to %q, and %q is left", h.B, old)
	}
	if h.Room(2 * minHolding) {
		t.Error("a client has more than its half")
	}
	moved := h.Move()
	h.Drop()
	if string(moved.B) != "secret" || b.InUse() != 2*minHolding {
		t.Errorf("%q was moved, and %d bytes are counted; want %d", moved.B, b.InUse(), 2*minHolding)
	}
	old = moved.B
	moved.Drop()
	if b.InUse() != 0 || string(old) != "\x00\x00\x00\x00\x00\x00" {
		t.Errorf("%d bytes are counted, and %q is left", b.InUse(), old)
	}
}
