package dossier

import (
	"net/netip"
	"sync"
	"time"

	"sekisho/hostname"
)

// maxKnownClients bounds the table of clients: the machines of one office, and
// some.
const maxKnownClients = 4096

// hopFor is how long after a mail's redirector the host that it leads to counts as
// reached from the mail. Redirects take seconds.
const hopFor = 10 * time.Second

// clients remembers across sites what a client met last.
type clients struct {
	mu sync.Mutex
	m  map[netip.Addr]met
	// What anybody met before the restart: the file says nothing of clients, so
	// that it counts for each.
	before met
}

// met is when a client met what.
type met struct {
	imitation time.Time
	redirect  time.Time     // of a mail
	leads     hostname.Name // where that led; zero if its page did, which does not say so
	shell     hostname.Name // whose document it opened last that a script has to fill
	shellAt   time.Time
	await     hostname.Name // whose document it opened last that waits for fields in a frame
	awaitAt   time.Time
	label     string // of the protected account whose ID it gave last, to a site that nothing speaks for
	labelAt   time.Time
	held      time.Time // when a request was held for a credential of ours
}

// note changes what is known of client.
func (c *clients) note(client netip.Addr, now time.Time, change func(*met)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil {
		c.m = map[netip.Addr]met{}
	}
	m, known := c.m[client]
	if !known && len(c.m) >= maxKnownClients {
		c.makeRoom(now)
	}
	change(&m)
	c.m[client] = m
}

// makeRoom drops whatever has ended, and at least one.
func (c *clients) makeRoom(now time.Time) {
	var oldest netip.Addr
	var at time.Time
	for client, m := range c.m {
		last := m.imitation
		for _, at := range []time.Time{m.redirect, m.shellAt, m.awaitAt, m.labelAt, m.held} {
			if at.After(last) {
				last = at
			}
		}
		if now.Sub(last) >= codeFor {
			delete(c.m, client)
		} else if at.IsZero() || last.Before(at) {
			oldest, at = client, last
		}
	}
	if len(c.m) >= maxKnownClients {
		delete(c.m, oldest)
	}
}

// of returns what is known of client.
func (c *clients) of(client netip.Addr) met {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.m[client]
	m.imitation = later(m.imitation, c.before.imitation)
	if c.before.labelAt.After(m.labelAt) {
		m.label, m.labelAt = "", c.before.labelAt
	}
	return m
}

// restore takes over what a line of the file says of a site.
func (c *clients) restore(r record) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.before.imitation = later(c.before.imitation, r.Away)
	c.before.labelAt = later(c.before.labelAt, r.Step)
}

// within reports whether at is set and no longer than d ago.
func within(d time.Duration, at, now time.Time) bool {
	return !at.IsZero() && now.Sub(at) < d
}
