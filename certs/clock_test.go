package certs_test

import (
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"sekisho/certs"
)

// clock is set by hand.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time          { return time.Unix(0, c.at.Load()) }
func (c *clock) set(t time.Time)         { c.at.Store(t.UnixNano()) }
func (c *clock) advance(d time.Duration) { c.at.Add(int64(d)) }

func clocked(t *testing.T) (*certs.Authority, *clock, string) {
	t.Helper()
	c := new(clock)
	c.set(time.Date(2026, 3, 1, 12, 0, 0, 5, time.UTC))
	dir := filepath.Join(t.TempDir(), "ca")
	return open(t, dir, certs.Options{Excluded: excluded, Now: c.now}), c, dir
}

func TestCL08LeafIsReplacedInTime(t *testing.T) {
	t.Parallel()
	a, c, _ := clocked(t)
	c.advance(30 * 24 * time.Hour)
	first := leaf(t, a, "shop.example")
	c.advance(23 * time.Hour)
	if leaf(t, a, "shop.example") != first {
		t.Error("leaf was minted again within a day")
	}
	c.advance(2 * time.Hour)
	second := leaf(t, a, "shop.example")
	if second == first {
		t.Error("leaf was kept beyond the middle of its life")
	}
	if left := second.Leaf.NotAfter.Sub(c.now()); left < 47*time.Hour {
		t.Errorf("new leaf ends in %v", left)
	}
	c.advance(-72 * time.Hour) // the clock is set back
	third := leaf(t, a, "shop.example")
	if third.Leaf.NotBefore.After(c.now()) {
		t.Errorf("leaf begins %v, clock says %v", third.Leaf.NotBefore, c.now())
	}
}

func TestCL08LeafStaysWithinTheIssuer(t *testing.T) {
	t.Parallel()
	a, c, dir := clocked(t)
	end := a.Issuer().NotAfter
	c.set(end.Add(-time.Hour))
	l := leaf(t, a, "shop.example")
	if !l.Leaf.NotAfter.Equal(end) {
		t.Errorf("leaf ends %v; want the issuer's end, %v", l.Leaf.NotAfter, end)
	}
	if leaf(t, a, "shop.example") != l {
		t.Error("leaf near the end is minted for every call")
	}
	c.set(end.Add(time.Second))
	if _, err := a.Leaf(name(t, "shop.example")); !errors.Is(err, certs.ErrExpired) {
		t.Errorf("CA-11: Leaf after the end = %v; want ErrExpired", err)
	}
	_, _, err := certs.Open(dir, certs.Options{Excluded: excluded, Now: c.now})
	wantFileError(t, err, filepath.Join(dir, file), "expired on 2031-02-27", "sekisho ca rotate")
	if !errors.Is(err, certs.ErrExpired) {
		t.Errorf("CA-11: Open after the end = %v; want ErrExpired", err)
	}
	if got, err := certs.Read(dir); err != nil || !got.Root.Equal(a.Root()) {
		t.Errorf("Read after the end = %v; want the root, for untrusting", err)
	}
	b, err := certs.Rotate(dir, certs.Options{Excluded: excluded, Now: c.now})
	if err != nil || len(b.Retired()) != 1 {
		t.Errorf("Rotate after the end = %v", err)
	}
}

func TestCA11ClockBeforeTheAuthority(t *testing.T) {
	t.Parallel()
	a, c, dir := clocked(t)
	c.set(a.Root().NotBefore.Add(-48 * time.Hour))
	_, _, err := certs.Open(dir, certs.Options{Excluded: excluded, Now: c.now})
	wantFileError(t, err, filepath.Join(dir, file), "is not valid before 2026-02-28", "set the clock")
	if errors.Is(err, certs.ErrExpired) {
		t.Error("a clock that is behind counts as expiry")
	}
}
