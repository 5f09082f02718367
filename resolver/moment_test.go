package resolver

import (
	"runtime"
	"testing"
	"time"

	"github.com/miekg/dns"

	"sekisho/hostname"
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

// agedAsleep has answers outlive their TTL while the machine sleeps.
func agedAsleep(t *testing.T) {
	records := zone(t, "a.corp.example. 300 IN A 192.0.2.1\nb.corp.example. 300 IN A 192.0.2.2\nlong.corp.example. 86400 IN A 192.0.2.3")
	failing := make(chan struct{})
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		select {
		case <-failing:
			return new(dns.Msg).SetRcode(q, dns.RcodeServerFailure)
		default:
			return records(q)
		}
	})
	s := start(t, Options{Forward: map[string][]string{"corp.example": {o.url}}, Upstreams: []string{o.url}})
	get := func(name string) *dns.Msg { return ask(t, s, newQuery(name+".corp.example.", dns.TypeA, edns)) }
	jump := func(d time.Duration) {
		before := thisMoment()
		after := before
		after.wall = after.wall.Add(d)
		if !s.look(before, after) {
			t.Fatalf("a jump by %v was not seen", d)
		}
	}
	check := func(name string, stale bool, least, most uint32) {
		t.Helper()
		r := get(name)
		e, marked := remarkOf(r)
		if len(r.Answer) != 1 || marked != stale || marked && e.InfoCode != dns.ExtendedErrorCodeStaleAnswer {
			t.Fatalf("%s: %v; want an answer, stale %v", name, r, stale)
		}
		if ttl := r.Answer[0].Header().Ttl; ttl < least || ttl > most {
			t.Errorf("%s: TTL %d; want %d to %d", name, ttl, least, most)
		}
	}
	for _, name := range []string{"a", "b", "long"} {
		check(name, false, 300, 86400)
	}
	jump(-time.Hour) // makes nothing younger
	jump(100 * time.Second)
	check("a", false, 190, 200)
	jump(8 * time.Hour)
	check("a", false, 300, 300)
	if n := o.times("a.corp.example.", dns.TypeA); n != 2 {
		t.Errorf("upstream was asked %d times; want it asked anew after the night", n)
	}
	check("long", false, 86400-8*3600-200, 86400-8*3600)
	close(failing)
	check("b", true, 1, staleTTL)
}

// askedOnWaking asks before anybody has seen that the machine slept.
func askedOnWaking(t *testing.T) {
	o := newOrigin(t, zone(t, "a.corp.example. 300 IN A 192.0.2.1"))
	s := start(t, Options{Forward: map[string][]string{"corp.example": {o.url}}, Upstreams: []string{o.url}})
	sleep := func() {
		l := &s.lookout
		for l.overdue.Load() == 0 {
			runtime.Gosched()
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		before := l.last
		before.wall = before.wall.Add(-8 * time.Hour)
		l.at(before)
	}
	name, err := hostname.Parse("a.corp.example")
	if err != nil {
		t.Fatal(err)
	}
	for i, asks := range []func(){
		func() { ask(t, s, newQuery("a.corp.example.", dns.TypeA)) },
		func() { _, _ = s.Lookup(t.Context(), name) },
	} {
		asks()
		n := o.times("a.corp.example.", dns.TypeA)
		sleep()
		if asks(); o.times("a.corp.example.", dns.TypeA) != n+1 {
			t.Errorf("way %d: %d questions after the sleep; want one", i, o.times("a.corp.example.", dns.TypeA)-n)
		}
	}
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
