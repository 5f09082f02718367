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
	"sekisho/proxy/recent"
)

const (
	// handshakeTimeout bounds the TLS handshake with an origin.
	handshakeTimeout = 10 * time.Second
	// verifiedFor is how long a verified origin's protocol is remembered, so
	// that a browser's further connections need no probe. Each connection to
	// the origin is verified afresh all the same.
	verifiedFor = 5 * time.Minute
	// maxVerified bounds the memory of origins. One that is forgotten costs one probe.
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

// origins keeps the connections to origins: pools that may speak HTTP/2, one with
// narrow windows among them, and one that may not, because a WebSocket and a client
// without HTTP/2 need the latter.
type origins struct {
	server  *Server
	tls     *tls.Config
	judge   *origincert.Verifier
	issuers *origincert.Issuers
	h2      *http.Transport
	narrow  *http.Transport
	h1      *http.Transport
	pool    *pool // of relays; HTTP/1.1
	conns   originConns
	certs   *certsSeen

	clearWays *clearWays

	mu       sync.Mutex
	verified *recent.Map[originKey, probed]
	parked   map[originKey]*parkedConn
}

func newOrigins(s *Server, roots *x509.CertPool, private []*x509.Certificate) *origins {
	o := &origins{
		server:    s,
		judge:     origincert.New(s.ca, roots, private, func() *certs.DenyList { return s.settings.Load().denied() }),
		issuers:   newIssuers(s, roots),
		pool:      newPool(s.bounds.pooled),
		certs:     newCertsSeen(),
		clearWays: newClearWays(),
		verified:  recent.New[originKey, probed](maxVerified),
		parked:    map[originKey]*parkedConn{},
		tls:       originTLS(),
	}
	o.h2, o.narrow, o.h1 = o.transport(false), o.transport(false), o.transport(true)
	o.narrow.HTTP2.MaxReceiveBufferPerStream = narrowWindow
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
	p, ok := o.verified.Get(key)
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
	o.verified.Put(key, p)
}

// forget makes the next tunnel to t probe again, whatever its client offers.
func (o *origins) forget(t target) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.verified.Delete(originKey{t, false})
	o.verified.Delete(originKey{t, true})
}

func (o *origins) forgetVerified() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.verified.Clear()
	o.judge.Forget()
}

// close ends idle and parked connections, as they want to be ended, and cuts the others.
func (o *origins) close() {
	o.closeParked()
	o.pool.close()
	o.closeIdle()
	o.conns.close()
}

func (o *origins) closeIdle() {
	o.pool.closeIdle()
	o.h1.CloseIdleConnections()
	o.h2.CloseIdleConnections()
	o.narrow.CloseIdleConnections()
}
