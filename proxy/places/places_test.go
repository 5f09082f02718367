package places

import (
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"
)

// closer is a connection that only tells whether it was closed.
type closer struct {
	net.Conn
	closed bool
}

func (c *closer) Close() error { c.closed = true; return nil }

// crowded is how many of Most are so many that there is hurry.
const crowded = Most * 3 / 4

// crowd fills the places.
type crowd struct {
	places *Places
	now    time.Time
}

func newCrowd() *crowd {
	c := &crowd{places: New(Most), now: time.Unix(1_800_000_000, 0)}
	c.places.now = func() time.Time { c.now = c.now.Add(time.Microsecond); return c.now }
	return c
}

// come has n connections of addr come and reach a stage, and returns those that were
// let in.
func (c *crowd) come(addr string, n int, stage Stage) (in []*Place) {
	for range n {
		s := NewPlace(&closer{}, netip.MustParseAddr(addr))
		if c.places.Admit(s) {
			c.places.Reached(s, stage)
			in = append(in, s)
		}
	}
	return in
}

func left(conns []*Place) (n int) {
	for _, c := range conns {
		if !c.bare.(*closer).closed {
			n++
		}
	}
	return n
}

// TestPlacesFair: however many connections come from whatever addresses, one who
// has fewer gets in, and those that have said nothing go first.
func TestPlacesFair(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		format string // of the addresses of the crowd
		each   int
		stage  Stage
		comers map[string]int // how many of theirs are let in, of 40
	}{
		{"16 addresses of IPv4", "192.0.2.%d", 32, Silent, map[string]int{"198.51.100.1": 31, "2001:db8::1": 31}},
		{"16 that have asked", "192.0.2.%d", 32, Resting, map[string]int{"198.51.100.1": 31, "2001:db8::1": 31}},
		{"16 that ask", "192.0.2.%d", 32, Asking, map[string]int{"198.51.100.1": 30, "2001:db8::1": 30}},
		{"a network of IPv6", "2001:db8::%x", 32, Silent, map[string]int{"198.51.100.1": 32, "2001:db8:1::1": 32, "2001:db8::ffff": 31}},
		{"a network of IPv6 that asks", "2001:db8::%x", 32, Asking, map[string]int{"198.51.100.1": 32, "2001:db8:1::1": 32, "2001:db8::ffff": 30}},
		{"a network with an address for each", "2001:db8::%x", 1, Silent, map[string]int{"198.51.100.1": 32, "2001:db8::ffff": 1}},
		{"512 clients", "2001:db8:0:%x::1", 1, Asking, map[string]int{"198.51.100.1": 0}},
		{"512 clients at rest", "2001:db8:0:%x::1", 1, Resting, map[string]int{"198.51.100.1": 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for comer, want := range tt.comers {
				c := newCrowd()
				var all []*Place
				for i := range Most / tt.each {
					all = append(all, c.come(fmt.Sprintf(tt.format, i), tt.each, tt.stage)...)
				}
				if len(c.places.held) != Most || left(all) != Most {
					t.Fatalf("%d places taken", len(c.places.held))
				}
				got := left(c.come(comer, 40, Resting))
				if got != want || left(all) != Most-want {
					t.Errorf("%s got %d places, and %d of the others are left; want %d and %d", comer, got, left(all), want, Most-want)
				}
			}
		})
	}
}

// TestPlacesOrder: of one client those go first that have said nothing, the
// oldest of them before others.
func TestPlacesOrder(t *testing.T) {
	t.Parallel()
	c := newCrowd()
	resting := c.come("192.0.2.1", 16, Resting)
	silent := c.come("192.0.2.1", 16, Silent)
	if in := c.come("192.0.2.1", 16, Asking); left(in) != 16 || left(silent) != 0 || left(resting) != 16 {
		t.Errorf("in %d, silent left %d, resting left %d; want 16, 0, 16", left(in), left(silent), left(resting))
	}
	if in := c.come("192.0.2.1", 1, Silent); len(in) != 0 {
		t.Error("a client has more than its share")
	}
	c.places.Release(resting[0])
	c.places.Release(resting[0]) // a connection may be closed twice
	if in := c.come("192.0.2.1", 2, Resting); len(in) != 1 {
		t.Errorf("%d let in for one that left; want 1", len(in))
	}
	for conn := range c.places.held {
		c.places.Release(conn)
	}
	if len(c.places.clients)+len(c.places.networks) != 0 {
		t.Errorf("something is kept of those who left: %v, %v", c.places.clients, c.places.networks)
	}
}

// TestPlacesHurry: where there are few places left, who says nothing does not
// keep his for long.
func TestPlacesHurry(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name       string
		addresses  int
		after      time.Duration
		gone, stay int
	}{
		{"room", crowded/32 - 1, time.Minute, 0, 32 * (crowded/32 - 1)},
		{"a crowd", crowded / 32, hurry - time.Second, 0, crowded},
		{"a crowd later", crowded / 32, hurry, 31 * crowded / 32, crowded / 32},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := newCrowd()
			var all []*Place
			for i := range tt.addresses {
				addr := fmt.Sprintf("192.0.2.%d", i)
				all = append(append(all, c.come(addr, 31, Silent)...), c.come(addr, 1, Resting)...)
			}
			c.now = c.now.Add(tt.after)
			c.come("198.51.100.1", 1, Silent)
			if gone := len(all) - left(all); gone != tt.gone || left(all) != tt.stay {
				t.Errorf("%d ended, %d stayed; want %d, %d", gone, left(all), tt.gone, tt.stay)
			}
		})
	}
}
