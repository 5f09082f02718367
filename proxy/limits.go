package proxy

import (
	"math"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"sekisho/hostname"
	"sekisho/proxy/framing"
	"sekisho/proxy/places"
	"sekisho/proxy/upload"
)

// bounds are what one proxy allows itself and others.
type bounds struct {
	// connections is what all clients together may hold open; each costs two
	// file descriptors once it is a tunnel. perClient is one client's share.
	connections, perClient int
	// streams is how many requests of HTTP/2 all clients together may have under way, on
	// whatever connections; perClientStreams is one client's share. Each costs goroutines and
	// buffers, and a connection of HTTP/1.1 where its origin has nothing else.
	streams, perClientStreams int
	// wide is up to how many requests of HTTP/2 under way an origin may send wideWindow
	// ahead of a client that does not read; perClientWide is one client's share. A page can
	// ask for files at as many hosts as it likes, and read none.
	wide, perClientWide int
	// pooled is how many idle connections to origins each pool of them keeps.
	pooled int
	// bulk is how many directions of tunnels the kernel may splice at a time; each
	// costs a pipe, two file descriptors. Further ones are copied by hand.
	bulk int
	// beside is how many sockets all dials together may open while others of the same
	// dial still connect.
	beside int
	// files is how many file descriptors may be open, whosever they are, when a socket
	// of a client or an origin is opened: one connection of HTTP/2 may want hundreds of
	// HTTP/1.1.
	files uint64
	// sinkhole is how many connections it may hold open.
	sinkhole int
	// held is how many bytes of requests and documents may wait to be judged at
	// a time: enough for a hundred uploads, or a thousand ordinary documents.
	held int64
	// head is how long a request head or a TLS handshake may take once it has
	// begun, and how long a fresh connection to a server may be silent.
	head time.Duration
	// idle closes a kept-alive connection on which nothing is asked, and a
	// tunnel in which the client never spoke.
	idle time.Duration
	// tunnelIdle closes a tunnel in which neither side speaks any more: long
	// enough for a WebSocket without pings, while TCP keep-alive finds dead
	// peers much earlier.
	tunnelIdle time.Duration
	// stall is how long a body that is held may bring nothing.
	stall time.Duration
	// grace is how long requests and tunnels may take to end by themselves
	// once the process was told to stop. With closing it stays below the five
	// seconds in which a service manager expects the exit.
	grace time.Duration
}

// defaultBounds leave room for the 1,000 idle tunnels that a client may hold,
// and close what is silent within two minutes.
var defaultBounds = bounds{
	connections: 16384,
	perClient:   2048,
	streams:     8192, perClientStreams: 2048,
	wide: 256, perClientWide: 64,
	pooled:     1024,
	bulk:       256,
	beside:     1024,
	files:      math.MaxUint64,
	sinkhole:   places.Most,
	held:       96 << 20,
	head:       30 * time.Second,
	idle:       110 * time.Second,
	tunnelIdle: time.Hour,
	stall:      upload.Stall,
	grace:      3500 * time.Millisecond,
}

// maxHeaderBytes is what a request head may measure.
const maxHeaderBytes = framing.MaxHead

// limiter counts connections, of each client and of all.
type limiter struct {
	max, maxPerClient int

	mu      sync.Mutex
	total   int
	client  map[netip.Addr]int
	network map[netip.Addr]int
	held    map[net.Conn]admission
}

// admission is what was counted for a connection of the front server. One that
// came too late is told so, by an answer.
type admission struct {
	client netip.Addr
	late   bool
}

// lateShare is how much above the limits is let in to be refused with a page,
// as one part in so many of the limit.
const lateShare = 16

// networkShare is how much of the limit one network may have, as one part in so many:
// a device has as many addresses of its IPv6 network as it likes, and a network may be
// the whole office.
const networkShare = 2

func newLimiter(maxTotal, maxPerClient int) *limiter {
	return &limiter{
		max: maxTotal, maxPerClient: maxPerClient,
		client: map[netip.Addr]int{}, network: map[netip.Addr]int{}, held: map[net.Conn]admission{},
	}
}

// full reports whether a has all that it may have, or extra more than that. It is
// called with mu held.
func (l *limiter) full(a netip.Addr, extra func(limit int) int) bool {
	share := max(l.maxPerClient, l.max/networkShare)
	return l.total >= extra(l.max) || l.client[a] >= extra(l.maxPerClient) || l.network[hostname.Network(a)] >= extra(share)
}

func exactly(limit int) int { return limit }
func lately(limit int) int  { return limit + limit/lateShare + 1 }

// count adds one of a's connections, with mu held.
func (l *limiter) count(a netip.Addr) {
	l.total++
	l.client[a]++
	l.network[hostname.Network(a)]++
}

// admit counts one more connection of a and reports whether it may stay.
func (l *limiter) admit(a netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.full(a, exactly) {
		return false
	}
	l.count(a)
	return true
}

// underWay is how many of a's are counted, and of all.
func (l *limiter) underWay(a netip.Addr) (own, all int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.client[a], l.total
}

// release gives back what admit counted.
func (l *limiter) release(a netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total--
	places.Discount(l.client, a)
	places.Discount(l.network, hostname.Network(a))
}

// watch is the front server's ConnState hook: it releases what ends there. A hijacked
// connection is released here and admitted again by its tunnel, so that it is
// counted for as long as it lives.
func (l *limiter) watch(c net.Conn, state http.ConnState) {
	if state == http.StateClosed || state == http.StateHijacked {
		l.leave(c)
	}
}

// enter counts c for the front server, unless it is far above the limits.
func (l *limiter) enter(c net.Conn, a netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.full(a, lately) {
		return false
	}
	l.held[c] = admission{client: a, late: l.full(a, exactly)}
	l.count(a)
	return true
}

func (l *limiter) leave(c net.Conn) {
	l.mu.Lock()
	a, ok := l.held[c]
	delete(l.held, c)
	l.mu.Unlock()
	if ok {
		l.release(a.client)
	}
}

// late reports whether c came above a limit.
func (l *limiter) late(c net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.held[c].late
}
