// Package places shares out the connections that the sinkhole may hold open: when there
// is no room for everybody, those who hold most make it, and what is worth least goes
// first.
package places

import (
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"sekisho/hostname"
)

const (
	// Most is what all clients together need at the sinkhole at the most, maxPerClient one
	// client's share. A browser opens six to a site over HTTP/1.1, and pages embed several
	// that are blocked.
	Most         = 512
	maxPerClient = 32
	// When three quarters are taken, those end that have said nothing yet for hurry: a
	// hello comes in the first flight.
	hurry = 2 * time.Second
)

// Stage is how far a connection has come; what is worth least comes first.
type Stage uint8

// The stages.
const (
	Silent  Stage = iota // its handshake, or without TLS its first head, is not over
	Resting              // nothing is asked
	Asking               // a request is under way
)

// Place is a connection with a place.
type Place struct {
	bare   net.Conn
	client netip.Addr
	// How far it has come, since when; with the mutex of the places.
	stage Stage
	since time.Time
}

// NewPlace is for a connection of client, which is closed when its place is needed.
func NewPlace(bare net.Conn, client netip.Addr) *Place { return &Place{bare: bare, client: client} }

// Places are the connections within the bounds. When there is no
// place left a newcomer has that of whoever holds most: among networks, as one
// device has as many addresses of an IPv6 network as it likes, then among the
// addresses of one, as a network may be the whole office. It is safe for concurrent
// use.
type Places struct {
	now          func() time.Time
	max, crowded int

	mu       sync.Mutex
	held     map[*Place]struct{}
	clients  map[netip.Addr]int
	networks map[netip.Addr]int
}

// New has room for as many connections.
func New(room int) *Places {
	return &Places{now: time.Now, max: room, crowded: room * 3 / 4, held: map[*Place]struct{}{}, clients: map[netip.Addr]int{}, networks: map[netip.Addr]int{}}
}

// Admit takes in c, which says nothing yet, and reports whether it may stay. Those
// whose places are needed are closed.
func (p *Places) Admit(c *Place) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	c.since = p.now()
	if len(p.held) >= p.crowded {
		for old := range p.held {
			if old.stage == Silent && c.since.Sub(old.since) >= hurry {
				p.evict(old)
			}
		}
	}
	switch {
	case p.clients[c.client] >= maxPerClient:
		p.evict(p.silentOf(c.client))
	case len(p.held) >= p.max:
		p.evict(p.displacedBy(c))
	}
	if len(p.held) >= p.max || p.clients[c.client] >= maxPerClient {
		return false
	}
	p.held[c] = struct{}{}
	p.clients[c.client]++
	p.networks[hostname.Network(c.client)]++
	return true
}

// silentOf is the oldest connection of client that has said nothing, or nil.
func (p *Places) silentOf(client netip.Addr) (oldest *Place) {
	for c := range p.held {
		if c.client == client && c.stage == Silent && (oldest == nil || c.since.Before(oldest.since)) {
			oldest = c
		}
	}
	return oldest
}

// displacedBy is the connection whose place c has, or nil if c's client holds as much
// as any other. What is under way is ended for the sake of one who then still has
// less only.
func (p *Places) displacedBy(c *Place) (out *Place) {
	own, network := p.clients[c.client], hostname.Network(c.client)
	for other := range p.held {
		more := p.networks[hostname.Network(other.client)] - p.networks[network]
		if hostname.Network(other.client) == network {
			more = p.clients[other.client] - own
		}
		if more < 1 || more == 1 && other.stage == Asking {
			continue
		}
		if out == nil || p.before(other, out) {
			out = other
		}
	}
	return out
}

// before reports whether a goes before b.
func (p *Places) before(a, b *Place) bool {
	if m, n := p.networks[hostname.Network(a.client)], p.networks[hostname.Network(b.client)]; m != n {
		return m > n
	}
	if m, n := p.clients[a.client], p.clients[b.client]; m != n {
		return m > n
	}
	if a.stage != b.stage {
		return a.stage < b.stage
	}
	return a.since.Before(b.since)
}

// evict closes c, if it is not nil, without waiting for anybody.
func (p *Places) evict(c *Place) {
	if c != nil {
		p.leave(c)
		_ = c.bare.Close()
	}
}

// Release gives back c's place.
func (p *Places) Release(c *Place) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.leave(c)
}

// leave is release with mu held.
func (p *Places) leave(c *Place) {
	if _, ok := p.held[c]; !ok {
		return
	}
	delete(p.held, c)
	Discount(p.clients, c.client)
	Discount(p.networks, hostname.Network(c.client))
}

// Reached notes how far c has come.
func (p *Places) Reached(c *Place, stage Stage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c.stage, c.since = stage, p.now()
}

// Watch is a hook for the HTTP server's connections.
func (p *Places) Watch(c *Place, state http.ConnState) {
	switch state {
	case http.StateActive:
		p.Reached(c, Asking)
	case http.StateIdle:
		p.Reached(c, Resting)
	}
}

// Discount takes one away from what a has in counts.
func Discount(counts map[netip.Addr]int, a netip.Addr) {
	if counts[a]--; counts[a] <= 0 {
		delete(counts, a)
	}
}
