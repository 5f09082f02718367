package throttle

import (
	"fmt"
	"net/netip"
	"testing"
	"time"
)

// mostName is the longest wait for a name in these tests.
const mostName = time.Minute

func TestThrottleByName(t *testing.T) {
	t.Parallel()
	g, now := New(mostName), time.Now()
	at := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}) }
	for i := range FreeTries {
		if wait := g.Begin(at(i), "owner", now); wait != 0 {
			t.Fatalf("try %d: wait %v", i, wait)
		}
	}
	if wait := g.Begin(at(100), "owner", now); wait != FirstWait {
		t.Errorf("from yet another address: %v; want %v", wait, FirstWait)
	}
	if wait := g.Begin(at(100), "viewer", now); wait != 0 {
		t.Errorf("another name: %v", wait)
	}
	// The wait for a name stays short: anybody can bring it about.
	for range 100 {
		now = now.Add(mostName)
		if wait := g.Begin(at(200), "", now); wait > maxAddressWait {
			t.Fatalf("wait %v", wait)
		}
		if wait := g.names["owner"].wait(now, mostName); wait > mostName {
			t.Fatalf("a name waits %v", wait)
		}
		count(g.names, "owner", now)
	}
}

func TestThrottleByAddress(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		one, two string
		same     bool
	}{
		"one address":        {"192.0.2.1", "192.0.2.1", true},
		"mapped":             {"192.0.2.1", "::ffff:192.0.2.1", true},
		"neighbours":         {"192.0.2.1", "192.0.2.2", false},
		"one IPv6 network":   {"2001:db8::1", "2001:db8::ffff:1", true},
		"two IPv6 networks":  {"2001:db8::1", "2001:db8:0:1::1", false},
		"link-local, zone":   {"fe80::1%eth0", "fe80::1%eth1", true},
		"nothing is known":   {"", "", true},
		"IPv4 and IPv6 zero": {"0.0.0.0", "::", false},
	} {
		g, now := New(mostName), time.Now()
		one, _ := netip.ParseAddr(tt.one) // "" is the zero Addr
		two, _ := netip.ParseAddr(tt.two)
		last := time.Duration(0)
		for range 40 {
			for wait := g.Begin(one, "", now); wait > 0; wait = g.Begin(one, "", now) {
				if wait < last || wait > maxAddressWait {
					t.Fatalf("%s: wait %v after %v", name, wait, last)
				}
				last = wait
				now = now.Add(wait)
			}
		}
		if last != maxAddressWait {
			t.Errorf("%s: the longest wait is %v; want %v", name, last, maxAddressWait)
		}
		if wait := g.Begin(two, "", now); (wait > 0) != tt.same {
			t.Errorf("%s: the other waits %v", name, wait)
		}
		if wait := g.Begin(one, "", now.Add(forgetAfter)); wait != 0 {
			t.Errorf("%s: an hour later it waits %v", name, wait)
		}
	}
}

// TestThrottleForgets: after an hour without a failure somebody has all free tries again,
// and not one.
func TestThrottleForgets(t *testing.T) {
	t.Parallel()
	g, now, at := New(mostName), time.Now(), netip.MustParseAddr("192.0.2.1")
	for range 2 {
		for i := range FreeTries {
			if wait := g.Begin(at, "owner", now); wait != 0 {
				t.Fatalf("try %d: wait %v", i, wait)
			}
		}
		if wait := g.Begin(at, "owner", now); wait != FirstWait {
			t.Errorf("after the free tries: %v; want %v", wait, FirstWait)
		}
		now = now.Add(forgetAfter)
	}
}

func TestThrottleIsBounded(t *testing.T) {
	t.Parallel()
	g, now := New(mostName), time.Now()
	for i := range maxKept + 50 {
		a := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		g.Begin(a, fmt.Sprint("name", i), now.Add(time.Duration(i)*time.Millisecond))
	}
	if len(g.addresses) != maxKept || len(g.names) != maxKept {
		t.Errorf("%d addresses and %d names are kept; want %d", len(g.addresses), len(g.names), maxKept)
	}
	if g.names["name0"] != nil || g.names[fmt.Sprint("name", maxKept+49)] == nil {
		t.Error("the oldest was kept, or the newest was not")
	}
}

// TestSucceedForgives: whoever was right has all free tries again, from anywhere in their
// network.
func TestSucceedForgives(t *testing.T) {
	t.Parallel()
	g, now := New(mostName), time.Now()
	one, other := netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8::2")
	for range FreeTries {
		g.Begin(one, "owner", now)
	}
	g.Succeed(other, "owner")
	for i := range FreeTries {
		if wait := g.Begin(one, "owner", now); wait != 0 {
			t.Errorf("try %d after that: wait %v", i, wait)
		}
	}
}

// TestStands: the owner is told at the last of the free tries, by the address as by the
// name, and not of those after it.
func TestStands(t *testing.T) {
	t.Parallel()
	for name, next := range map[string]func(i int) (netip.Addr, string){
		"address": func(i int) (netip.Addr, string) { return netip.MustParseAddr("192.0.2.1"), fmt.Sprint("name", i) },
		"name":    func(i int) (netip.Addr, string) { return netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}), "owner" },
	} {
		g, now := New(mostName), time.Now()
		for i := range FreeTries + 3 {
			a, who := next(i)
			for wait := g.Begin(a, who, now); wait > 0; wait = g.Begin(a, who, now) {
				now = now.Add(wait)
			}
			if got, want := g.Stands(a, who), i == FreeTries-1; got != want {
				t.Errorf("%s: try %d: told %t", name, i, got)
			}
		}
	}
}

// TestStandsByName: a series of wrong tries at a name is told once, also to whom the
// address is cleared of them by its own sign-ins.
func TestStandsByName(t *testing.T) {
	t.Parallel()
	g, now, at := New(mostName), time.Now(), netip.MustParseAddr("192.0.2.1")
	told := 0
	for i := range 3 * FreeTries {
		for wait := g.Begin(at, "owner", now); wait > 0; wait = g.Begin(at, "owner", now) {
			now = now.Add(wait)
		}
		if g.Stands(at, "owner") {
			told++
		}
		if i%3 == 2 {
			g.Begin(at, "viewer", now)
			g.Succeed(at, "viewer")
		}
	}
	if told != 1 {
		t.Errorf("told %d times; want once", told)
	}
}
