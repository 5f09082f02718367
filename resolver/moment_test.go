package resolver

import (
	"runtime"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// TestMoment tells a machine that slept, or is elsewhere, from one that is
// merely busy.
func TestMoment(t *testing.T) {
	t.Parallel()
	before := moment{wall: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), steady: time.Hour, routes: "192.0.2.7/24 192.0.2.7"}
	for _, tc := range []struct {
		name         string
		wall, steady time.Duration
		routes       string
		changed      bool
	}{
		{"nothing", watchEvery, watchEvery, before.routes, false},
		{"busy", 10 * time.Second, 10 * time.Second, before.routes, false},
		{"clock set a little", watchEvery + time.Second, watchEvery, before.routes, false},
		{"slept, steady clock stood", 8 * time.Hour, watchEvery, before.routes, true},
		{"slept, steady clock ran", 8 * time.Hour, 8 * time.Hour, before.routes, true},
		{"clock set back", -8 * time.Hour, watchEvery, before.routes, true},
		{"other network", watchEvery, watchEvery, "198.51.100.3/24 198.51.100.3", true},
		{"other route", watchEvery, watchEvery, "192.0.2.7/24 none", true},
	} {
		now := moment{wall: before.wall.Add(tc.wall), steady: before.steady + tc.steady, routes: tc.routes}
		if what := now.changed(before); (what != "") != tc.changed {
			t.Errorf("%s: %q; want something: %v", tc.name, what, tc.changed)
		}
	}
	if a, b := thisMoment(), thisMoment(); b.changed(a) != "" || a.routes == "" {
		t.Errorf("from %+v to %+v: %s", a, b, b.changed(a))
	}
}

// wokenUp has the clock jump by eight hours, as after a night.
func wokenUp(t *testing.T) {
	dropsConnections(t, func(m *moment) { m.wall = m.wall.Add(8 * time.Hour) })
}

// otherRoute has the machine reach the world from elsewhere.
func otherRoute(t *testing.T) {
	dropsConnections(t, func(m *moment) { m.routes = "198.51.100.3" })
}

// dropsConnections keeps a connection to an upstream that is dead to it by the
// time it is needed, though nothing tells. After change it is not used: the
// next answer waits for nothing.
func dropsConnections(t *testing.T, change func(*moment)) {
	o := newOrigin(t, zone(t, "a.corp.example. 60 IN A 192.0.2.1\nb.corp.example. 60 IN A 192.0.2.2\nc.corp.example. 60 IN A 192.0.2.3"))
	relay := newRelay(t, o)
	s := start(t, Options{Forward: map[string][]string{"corp.example": {"tcp://" + relay.addr()}}, Upstreams: []string{o.url}})
	for _, name := range []string{"a", "b"} {
		if r := ask(t, s, newQuery(name+".corp.example.", dns.TypeA)); len(r.Answer) != 1 {
			t.Fatalf("reply %v; want an answer", r)
		}
	}
	for relay.probed() == 0 || s.probes.running() { // which has a connection of its own
		runtime.Gosched()
	}
	kept := relay.connections()
	relay.freeze() // those there are; new ones work
	before := thisMoment()
	after := before
	change(&after)
	if s.look(before, before) || !s.look(before, after) {
		t.Fatal("the change was not seen, or one that is none was")
	}
	if relay.waitClosed(); relay.connections() != kept {
		t.Errorf("%d connections before anything is asked; want the %d kept", relay.connections(), kept)
	}
	if r := ask(t, s, newQuery("c.corp.example.", dns.TypeA)); len(r.Answer) != 1 {
		t.Errorf("reply %v; want an answer", r)
	}
	if relay.connections() != kept+1 || relay.stale() != 0 {
		t.Errorf("%d connections, %d queries on the old ones; want %d, 0", relay.connections(), relay.stale(), kept+1)
	}
}

// running reports whether there are probes under way.
func (p *probes) running() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.pending) > 0
}
