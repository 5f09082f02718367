package proxy

import (
	"context"
	"net/http"
	"net/netip"
	"time"
)

// Bounds are the bounds that tests may tighten; zero fields keep the default.
type Bounds struct {
	Connections, PerClient, Pooled, Bulk int
	Streams, PerClientStreams            int
	PerClientWide                        int
	Held                                 int64
	Head, Idle, TunnelIdle, Grace, Stall time.Duration
}

// NewBounded is [New] with b.
func NewBounded(o Options, b Bounds) (*Server, error) {
	d := defaultBounds
	for _, set := range []struct {
		to   *time.Duration
		from time.Duration
	}{{&d.head, b.Head}, {&d.idle, b.Idle}, {&d.tunnelIdle, b.TunnelIdle}, {&d.grace, b.Grace}, {&d.stall, b.Stall}} {
		if set.from != 0 {
			*set.to = set.from
		}
	}
	if b.Held != 0 {
		d.held = b.Held
	}
	for _, set := range []struct{ to, from *int }{
		{&d.connections, &b.Connections},
		{&d.perClient, &b.PerClient},
		{&d.pooled, &b.Pooled},
		{&d.bulk, &b.Bulk},
		{&d.streams, &b.Streams},
		{&d.perClientStreams, &b.PerClientStreams},
		{&d.perClientWide, &b.PerClientWide},
	} {
		if *set.from != 0 {
			*set.to = *set.from
		}
	}
	return newServer(o, d)
}

// HeldBytes is how much waits to be judged.
func (s *Server) HeldBytes() int64 { return s.heldBytes.InUse() }

// Linger has d pass since pages were opened.
func (s *Server) Linger(d time.Duration) {
	h := s.handed
	h.mu.Lock()
	defer h.mu.Unlock()
	for k, o := range h.opened.All() {
		if k.site != "" { // else it is another's as well
			o.at, o.began = o.at.Add(-d), o.began.Add(-d)
		}
	}
	for _, a := range h.asked.All() {
		a.first, a.last = a.first.Add(-d), a.last.Add(-d)
	}
}

// Pooled is how many idle HTTP/1.1 connections to origins s keeps.
func (s *Server) Pooled() int {
	p := s.origins.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.total
}

// Dispatch has w answer r, a CONNECT of client, and returns how many connections client is
// counted for then.
func (s *Server) Dispatch(w http.ResponseWriter, r *http.Request, client netip.Addr) int {
	s.dispatch.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), connKey{}, &frontConn{client: client})))
	own, _ := s.limits.underWay(client)
	return own
}
