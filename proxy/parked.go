package proxy

import (
	"crypto/tls"
	"time"
)

const (
	// parkedFor is how long a probe's connection waits for its first request.
	parkedFor = 10 * time.Second
	// unseenFor is how long one of HTTP/2 does, which is not looked at before it is
	// used. A server that waits for the client's first words waits longer.
	unseenFor = 2 * time.Second
)

// parkedConn is what a probe leaves, until the first request takes it.
type parkedConn struct {
	conn  *tls.Conn
	timer *time.Timer
	since time.Time
}

// park keeps c for the first request to key.
func (o *origins) park(key originKey, c *tls.Conn) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if old := o.parked[key]; old != nil && old.timer.Stop() {
		_ = old.conn.Close()
		delete(o.parked, key)
	}
	if len(o.parked) >= o.server.bounds.pooled {
		o.dropParked()
	}
	p := &parkedConn{conn: c, since: time.Now()}
	p.timer = time.AfterFunc(parkedFor, func() {
		o.mu.Lock()
		if o.parked[key] == p {
			delete(o.parked, key)
		}
		o.mu.Unlock()
		_ = c.Close()
	})
	o.parked[key] = p
}

// dropParked closes the connection that was parked first, with mu held.
func (o *origins) dropParked() {
	var first originKey
	for key, p := range o.parked {
		if was := o.parked[first]; was == nil || p.since.Before(was.since) {
			first = key
		}
	}
	if p := o.parked[first]; p.timer.Stop() {
		_ = p.conn.Close()
	}
	delete(o.parked, first)
}

// unpark returns the connection that a probe left, when it can still be used, or
// nil.
func (o *origins) unpark(key originKey) *tls.Conn {
	o.mu.Lock()
	p := o.parked[key]
	delete(o.parked, key)
	o.mu.Unlock()
	if p == nil || !p.timer.Stop() {
		return nil
	}
	if p.usable() {
		return p.conn
	}
	_ = p.conn.Close()
	return nil
}

// usable reports whether p waits for a request as it should. With HTTP/2 the
// origin speaks first (RFC 9113, section 3.4), and what it said cannot be put back
// below net/http; so such a connection is trusted for a moment, unseen.
func (p *parkedConn) usable() bool {
	if p.conn.ConnectionState().NegotiatedProtocol == "h2" {
		return time.Since(p.since) < unseenFor
	}
	return quiet(p.conn)
}

func (o *origins) closeParked() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for key, p := range o.parked {
		if p.timer.Stop() {
			_ = p.conn.Close()
		}
		delete(o.parked, key)
	}
}
