package proxy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"sync"
	"time"

	"sekisho/certs"
	"sekisho/proxy/origincert"
)

const (
	// handshakeTimeout bounds the TLS handshake with an origin.
	handshakeTimeout = 10 * time.Second
	// verifiedFor is how long a verified origin's protocol is remembered, so
	// that a browser's further connections need no probe. Each connection to
	// the origin is verified afresh all the same.
	verifiedFor = 5 * time.Minute
	// parkedFor is how long a probe's connection waits for its first request.
	parkedFor = 10 * time.Second
	// unseenFor is how long one of HTTP/2 does, which is not looked at before it is
	// used. A server that waits for the client's first words waits longer.
	unseenFor = 2 * time.Second
	// maxVerified bounds the memory of origins.
	maxVerified = 4096
)

// originKey tells connections to one origin apart by what they may speak.
type originKey struct {
	target target
	http1  bool
}

// probed is what a probe learnt of an origin.
type probed struct {
	proto string // negotiated by ALPN; "" for none
	auth  clientAuth
	// private is set when it asks for certificates, and a root that the owner
	// added vouches for it.
	private bool
	until   time.Time
}

// origins keeps the connections to origins: two pools, one that may speak
// HTTP/2 and one that may not, because a WebSocket and a client without
// HTTP/2 need the latter.
type origins struct {
	server  *Server
	tls     *tls.Config
	judge   *origincert.Verifier
	issuers *origincert.Issuers
	h2      *http.Transport
	h1      *http.Transport
	pool    *pool // of relays; HTTP/1.1
	certs   *certsSeen

	clearWays clearWays

	mu       sync.Mutex
	verified map[originKey]probed
	parked   map[originKey]*parkedConn
}

type parkedConn struct {
	conn  *tls.Conn
	timer *time.Timer
	since time.Time
}

func newOrigins(s *Server, roots *x509.CertPool, private []*x509.Certificate) *origins {
	o := &origins{
		server:   s,
		judge:    origincert.New(s.ca, roots, private, func() *certs.DenyList { return s.settings.Load().denied() }),
		issuers:  newIssuers(s, roots),
		pool:     newPool(s.bounds.pooled),
		certs:    newCertsSeen(),
		verified: map[originKey]probed{},
		parked:   map[originKey]*parkedConn{},
		tls:      originTLS(),
	}
	o.h2, o.h1 = o.transport(false), o.transport(true)
	return o
}

// probe verifies the origin before anything is minted for it, and returns what it
// chose. The connection is kept for the first request. A recently verified origin is
// not asked again.
func (o *origins) probe(ctx context.Context, key originKey) (probed, error) {
	if p, ok := o.recall(key); ok {
		return p, nil
	}
	a := o.asking()
	conn, err := o.dialTLS(ctx, key, a)
	p := probed{until: time.Now().Add(verifiedFor)}
	if conn != nil {
		p.proto = conn.ConnectionState().NegotiatedProtocol
	}
	switch {
	case a.asked.Load(): // and was verified, whatever became of the handshake then
		p.auth, p.private = a.judge(conn), a.private
	case err != nil:
		return probed{}, err
	default:
		o.park(originKey{key.target, p.proto != "h2"}, conn)
	}
	o.remember(key, p)
	return p, nil
}

func (o *origins) recall(key originKey) (probed, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	p, ok := o.verified[key]
	return p, ok && time.Now().Before(p.until)
}

// knows reports whether t was verified a moment ago.
func (o *origins) knows(t target) bool {
	if _, ok := o.recall(originKey{t, false}); ok {
		return true
	}
	_, ok := o.recall(originKey{t, true})
	return ok
}

func (o *origins) remember(key originKey, p probed) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.verified) >= maxVerified {
		clear(o.verified) // costs one probe each, and cannot be steered
	}
	o.verified[key] = p
}

// forget makes the next tunnel to key probe again.
func (o *origins) forget(key originKey) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.verified, key)
}

func (o *origins) forgetVerified() {
	o.mu.Lock()
	defer o.mu.Unlock()
	clear(o.verified)
	o.judge.Forget()
}

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

// close ends idle and parked connections.
func (o *origins) close() {
	o.mu.Lock()
	for key, p := range o.parked {
		if p.timer.Stop() {
			_ = p.conn.Close()
		}
		delete(o.parked, key)
	}
	o.mu.Unlock()
	o.pool.mu.Lock()
	o.pool.closed = true
	o.pool.mu.Unlock()
	o.closeIdle()
}

func (o *origins) closeIdle() {
	o.pool.closeIdle()
	o.h1.CloseIdleConnections()
	o.h2.CloseIdleConnections()
}
