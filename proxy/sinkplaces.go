package proxy

import (
	"net/http"
	"net/netip"
	"sync"
	"time"

	"sekisho/hostname"
)

const (
	// sinkConnections is what all clients together may hold open at the
	// sinkhole, sinkPerClient one client's share. A browser opens six to a site
	// over HTTP/1.1, and pages embed several that are blocked.
	sinkConnections = 512
	sinkPerClient   = 32
	// With sinkCrowd of them, those end that have said nothing yet for sinkHurry,
	// rather than for sinkTime: a hello comes in the first flight.
	sinkCrowd = sinkConnections * 3 / 4
	sinkHurry = 2 * time.Second
)

// sinkStage is how far a connection has come; what is worth least comes first.
type sinkStage uint8

const (
	sinkSilent sinkStage = iota // its handshake, or without TLS its first head, is not over
	sinkResting
	sinkAsking // a request is under way
)

// sinkPlaces are the sinkhole's connections, within the bounds. When there is no
// place left a newcomer has that of whoever holds most: among networks, as one
// device has as many addresses of an IPv6 network as it likes, then among the
// addresses of one, as a network may be the whole office. It is safe for concurrent
// use.
type sinkPlaces struct {
	now func() time.Time

	mu       sync.Mutex
	held     map[*sinkConn]struct{}
	clients  map[netip.Addr]int
	networks map[netip.Addr]int
}

func newSinkPlaces() *sinkPlaces {
	return &sinkPlaces{now: time.Now, held: map[*sinkConn]struct{}{}, clients: map[netip.Addr]int{}, networks: map[netip.Addr]int{}}
}

// admit takes in c, which says nothing yet, and reports whether it may stay. Those
// whose places are needed are closed.
func (p *sinkPlaces) admit(c *sinkConn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	c.since = p.now()
	if len(p.held) >= sinkCrowd {
		for old := range p.held {
			if old.stage == sinkSilent && c.since.Sub(old.since) >= sinkHurry {
				p.evict(old)
			}
		}
	}
	switch {
	case p.clients[c.client] >= sinkPerClient:
		p.evict(p.silentOf(c.client))
	case len(p.held) >= sinkConnections:
		p.evict(p.displacedBy(c))
	}
	if len(p.held) >= sinkConnections || p.clients[c.client] >= sinkPerClient {
		return false
	}
	p.held[c] = struct{}{}
	p.clients[c.client]++
	p.networks[hostname.Network(c.client)]++
	return true
}

// silentOf is the oldest connection of client that has said nothing, or nil.
func (p *sinkPlaces) silentOf(client netip.Addr) (oldest *sinkConn) {
	for c := range p.held {
		if c.client == client && c.stage == sinkSilent && (oldest == nil || c.since.Before(oldest.since)) {
			oldest = c
		}
	}
	return oldest
}

// displacedBy is the connection whose place c has, or nil if c's client holds as much
// as any other. What is under way is ended for the sake of one who then still has
// less only.
func (p *sinkPlaces) displacedBy(c *sinkConn) (out *sinkConn) {
	own, network := p.clients[c.client], hostname.Network(c.client)
	for other := range p.held {
		more := p.networks[hostname.Network(other.client)] - p.networks[network]
		if hostname.Network(other.client) == network {
			more = p.clients[other.client] - own
		}
		if more < 1 || more == 1 && other.stage == sinkAsking {
			continue
		}
		if out == nil || p.before(other, out) {
			out = other
		}
	}
	return out
}

// before reports whether a goes before b.
func (p *sinkPlaces) before(a, b *sinkConn) bool {
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
func (p *sinkPlaces) evict(c *sinkConn) {
	if c != nil {
		p.leave(c)
		_ = c.bare.Close()
	}
}

// release gives back c's place.
func (p *sinkPlaces) release(c *sinkConn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.leave(c)
}

// leave is release with mu held.
func (p *sinkPlaces) leave(c *sinkConn) {
	if _, ok := p.held[c]; !ok {
		return
	}
	delete(p.held, c)
	discount(p.clients, c.client)
	discount(p.networks, hostname.Network(c.client))
}

// reached notes how far c has come.
func (p *sinkPlaces) reached(c *sinkConn, stage sinkStage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c.stage, c.since = stage, p.now()
}

// watch is a hook for the HTTP server's connections.
func (p *sinkPlaces) watch(c *sinkConn, state http.ConnState) {
	switch state {
	case http.StateActive:
		p.reached(c, sinkAsking)
	case http.StateIdle:
		p.reached(c, sinkResting)
	}
}
