package trust

import (
	"context"
	"net/netip"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"sekisho/hostname"
)

// TestBelievers is a sequence of handshakes and who may be led to the sinkhole
// after each.
func TestBelievers(t *testing.T) {
	t.Parallel()
	name := func(s string) (n hostname.Name) {
		n, _ = hostname.Parse(s)
		return n
	}
	pc, phone := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::2")
	browser, app, stub := Fingerprint{1}, Fingerprint{2}, Fingerprint{3}
	now := time.Unix(1_800_000_000, 0)
	b := newBelievers("root")
	b.now = func() time.Time { return now }
	for i, step := range []struct {
		after    time.Duration
		client   netip.Addr
		print    Fingerprint
		accepts  bool
		site     string
		pc, them bool // whether the PC and the phone are led there from then on
	}{
		{0, pc, browser, false, "a.example", false, false},
		{0, phone, browser, true, "console", false, true},
		// A click past the browser's warning proves nothing.
		{0, pc, browser, true, "a.example", false, true},
		// Another program's handshake does not speak for the one that refused.
		{0, pc, stub, true, "dot", false, true},
		// Its own does, once the authority is trusted.
		{0, pc, browser, true, "console", true, true},
		// Refused again: somebody clicked there as well. Only time helps.
		{0, pc, browser, false, "b.example", false, true},
		{0, pc, browser, true, "console", false, true},
		{0, pc, stub, true, "dot", false, true},
		{doubtFor - time.Second, phone, browser, true, "console", false, true},
		{time.Second, pc, stub, true, "dot", true, true},
		// A program that trusts nothing of the device's, such as an application.
		{0, pc, app, false, "a.example", false, true},
		{0, pc, browser, true, "b.example", false, true},
		{doubtFor, pc, browser, true, "b.example", true, true},
		{proofFor - doubtFor, phone, app, false, "a.example", true, false},
		{doubtFor, phone, browser, true, "console", false, true}, // and the PC's proof has run out
	} {
		now = now.Add(step.after)
		if step.accepts {
			b.Accepted(step.client, step.print, name(step.site))
		} else {
			b.Refused(step.client, step.print, name(step.site))
		}
		if got, got2 := b.Trusts(pc), b.Trusts(phone); got != step.pc || got2 != step.them {
			t.Errorf("step %d: led there = %t, %t; want %t, %t", i, got, got2, step.pc, step.them)
		}
	}
}

// TestBelieversBounded: whoever is heard of least lately makes room, and a client
// with more stacks than are remembered is not trusted for that.
func TestBelieversBounded(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	b := newBelievers("root")
	b.now = func() time.Time { now = now.Add(time.Millisecond); return now }
	addr := netip.MustParseAddr("2001:db8::1")
	first := addr
	for range maxBelievers + 1 {
		b.Accepted(addr, Fingerprint{}, hostname.Name{})
		addr = addr.Next()
	}
	if len(b.all) != maxBelievers || b.Trusts(first) || !b.Trusts(first.Next()) {
		t.Errorf("%d clients, the first %t, the second %t; want %d, false, true", len(b.all), b.Trusts(first), b.Trusts(first.Next()), maxBelievers)
	}
	second := first.Next()
	site, _ := hostname.Parse("a.example")
	for i := range byte(2 * maxDoubts) {
		b.Refused(second, Fingerprint{1, i}, site)
	}
	if n := len(b.all[second].doubts); n > maxDoubts+1 || b.Trusts(second) {
		t.Errorf("%d stacks remembered, trusted %t; want at most %d, false", n, b.Trusts(second), maxDoubts+1)
	}
}

// TestBelieversKept: a restart leaves who may be led to the sinkhole, and neither
// those who refused a certificate nor, under another authority, anybody.
func TestBelieversKept(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	clock := func() time.Time { return now }
	good, doubted, old := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("2001:db8::3")
	b := newBelievers("root")
	b.now = clock
	b.Accepted(old, Fingerprint{1}, hostname.Name{})
	now = now.Add(proofFor - time.Hour)
	b.Accepted(good, Fingerprint{1}, hostname.Name{})
	b.Accepted(doubted, Fingerprint{1}, hostname.Name{})
	b.Refused(doubted, Fingerprint{2}, hostname.Name{})
	f, changed := b.kept()
	if !changed || len(f.Proved) != 2 {
		t.Fatalf("kept %+v, %t", f, changed)
	}
	if _, changed := b.kept(); changed {
		t.Error("changed though nothing has")
	}
	b.Accepted(good, Fingerprint{1}, hostname.Name{})
	if _, changed := b.kept(); changed {
		t.Error("every handshake is kept")
	}
	now = now.Add(40 * time.Minute)
	b.Accepted(good, Fingerprint{1}, hostname.Name{})
	now = now.Add(40 * time.Minute)
	b.Accepted(good, Fingerprint{1}, hostname.Name{})
	if _, changed := b.kept(); !changed {
		t.Error("who is never silent for an hour grows old in the file")
	}
	now = now.Add(-80 * time.Minute)
	f.Proved[netip.MustParseAddr("192.0.2.9")] = now.Add(time.Hour)
	for root, want := range map[string][3]bool{"root": {true, false, true}, "another": {}} {
		again := newBelievers(root)
		again.now = clock
		again.takeUp(f)
		if got := [3]bool{again.Trusts(good), again.Trusts(doubted), again.Trusts(old)}; got != want {
			t.Errorf("%s: %v; want %v", root, got, want)
		}
		if again.Trusts(netip.MustParseAddr("192.0.2.9")) {
			t.Error("a proof of tomorrow counts")
		}
	}
	now = now.Add(2 * time.Hour)
	again := newBelievers("root")
	again.now = clock
	again.takeUp(f)
	if again.Trusts(old) || !again.Trusts(good) {
		t.Error("a restart has made a proof younger")
	}
}

// TestBelieversPace: the first refusals are kept within a second, and a client
// that refuses and accepts in turns brings about few writes.
func TestBelieversPace(t *testing.T) {
	t.Parallel()
	var p pace
	now := time.Unix(1_800_000_000, 0)
	writes := 0
	for end := now.Add(24 * time.Hour); now.Before(end); writes++ {
		wait := p.wait(now)
		if writes < soonAtOnce && wait > time.Second || wait < soonWithin || wait > soonEvery {
			t.Fatalf("write %d waits for %s", writes, wait)
		}
		now = now.Add(wait)
	}
	if most := soonAtOnce + int(24*time.Hour/soonEvery) + 1; writes > most {
		t.Errorf("%d writes in a day; want at most %d", writes, most)
	}
	if wait := p.wait(now.Add(soonAtOnce * soonEvery)); wait != soonWithin {
		t.Errorf("after a quiet time the next waits for %s; want %s", wait, soonWithin)
	}
}

// TestBelieversFiled: only who is in the file has to be taken out of it at once.
func TestBelieversFiled(t *testing.T) {
	t.Parallel()
	b := newBelievers("root")
	addr, site := netip.MustParseAddr("192.0.2.1"), hostname.Name{}
	for i, step := range []struct{ accepts, kept, lost bool }{
		{false, false, false}, // it was never in
		{true, false, false},
		{false, false, false}, // not yet
		{true, true, false},   // another stack's, while the first doubts
		{false, false, false},
	} {
		print := Fingerprint{byte(i)}
		if step.accepts {
			b.Accepted(addr, print, site)
		} else {
			b.Refused(addr, print, site)
		}
		if step.kept {
			b.kept()
		}
		if got := len(b.lost) > 0; got != step.lost {
			t.Errorf("step %d: lost = %t; want %t", i, got, step.lost)
		}
	}
	other := addr.Next()
	b.Accepted(other, Fingerprint{1}, site)
	b.kept()
	for range 3 { // however often, and nobody waits
		b.Refused(other, Fingerprint{1}, site)
	}
	if len(b.lost) != 1 {
		t.Error("who is in the file is not taken out of it")
	}
	if f, _ := b.kept(); len(f.Proved) != 0 {
		t.Errorf("kept %v; want nobody", f.Proved)
	}
	b.unkept()
	if _, changed := b.kept(); !changed {
		t.Error("what could not be kept is not kept later")
	}
}

// TestBelieversKeptSoon has the file know within a moment whom a handshake showed to trust
// the authority, and who does no longer, though many others come meanwhile.
func TestBelieversKeptSoon(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "believers.json")
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var keeping sync.WaitGroup
		defer keeping.Wait()
		defer cancel()
		b := OpenBelievers(path, "root", zap.NewNop())
		keeping.Go(func() { b.Keep(ctx) })
		synctest.Wait()
		filed := func(client netip.Addr) bool {
			time.Sleep(soonWithin)
			synctest.Wait()
			return OpenBelievers(path, "root", zap.NewNop()).Trusts(client) // as after a crash
		}
		one := netip.MustParseAddr("192.0.2.1")
		b.Accepted(one, Fingerprint{1}, hostname.Name{})
		if !filed(one) {
			t.Error("who trusts the authority is not in the file")
		}
		b.Accepted(one, Fingerprint{1}, hostname.Name{})
		if len(b.gained) != 0 {
			t.Error("written for who is in the file")
		}
		many := netip.MustParseAddr("2001:db8::1")
		for range 2 * soonAtOnce {
			b.Accepted(many, Fingerprint{1}, hostname.Name{})
			filed(many)
			many = many.Next()
		}
		b.Refused(one, Fingerprint{1}, hostname.Name{})
		if filed(one) {
			t.Error("who refused the authority is still in the file")
		}
	})
}
