package resolver

import (
	"net/http"
	"net/netip"
	"sync"
)

// crowd bounds the requests of DNS over HTTPS that come by another server of
// this process and are under way, whose connections it does not count itself:
// as many as connections of its own, and as many of one client as a connection
// has.
type crowd struct {
	mu       sync.Mutex
	all      int
	byClient map[netip.Addr]int
}

func newCrowd() *crowd { return &crowd{byClient: make(map[netip.Addr]int)} }

// enter counts one more of client and reports whether there is room for it.
func (c *crowd) enter(client netip.Addr) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all >= maxStreams || c.byClient[client] >= pipeline {
		return false
	}
	c.all++
	c.byClient[client]++
	return true
}

func (c *crowd) leave(client netip.Addr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all--
	if c.byClient[client]--; c.byClient[client] == 0 {
		delete(c.byClient, client)
	}
}

// ServeDoH answers a request of DNS over HTTPS (RFC 8484) that came to another
// server, which speaks TLS, bounds heads and times, and serves this until Serve
// has returned at the latest. Who is no client of the resolver is answered
// REFUSED, as everywhere.
func (s *Server) ServeDoH(w http.ResponseWriter, r *http.Request) {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
		return
	}
	client := account(from.Addr().Unmap().WithZone(""))
	if !s.crowd.enter(client) {
		w.Header().Set("Retry-After", "1")
		http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
		return
	}
	defer s.crowd.leave(client)
	s.doh(w, r)
}
