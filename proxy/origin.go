package proxy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"sync"
	"time"

	"sekisho/certs"
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
	// maxVerified bounds the memory of origins.
	maxVerified = 4096
)

// errWantsClientCertificate ends a probe of an origin that asks for a client
// certificate: only the browser has one, so the tunnel is spliced.
var errWantsClientCertificate = errors.New("origin asks for a client certificate")

// originKey tells connections to one origin apart by what they may speak.
type originKey struct {
	target target
	http1  bool
}

// probed is what a probe learnt of an origin.
type probed struct {
	proto string // negotiated by ALPN; "" for none
	until time.Time
}

// origins keeps the connections to origins: two pools, one that may speak
// HTTP/2 and one that may not, because a WebSocket and a client without
// HTTP/2 need the latter.
type origins struct {
	server  *Server
	tls     *tls.Config
	judge   *verifier
	issuers *issuers
	h2      *http.Transport
	h1      *http.Transport
	pool    *pool // of relays; HTTP/1.1

	mu       sync.Mutex
	verified map[originKey]probed
	parked   map[originKey]*parkedConn
}

type parkedConn struct {
	conn  *tls.Conn
	timer *time.Timer
}

// originSuites are what an origin may choose with TLS 1.2 (those of TLS 1.3 are
// fixed): forward secrecy always. The two last, without AEAD, are what older
// servers have and browsers still take. They are listed so that no GODEBUG of
// the environment (tlsrsakex, tls3des) adds to them.
var originSuites = []uint16{
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
}

// originCurves are what browsers offer. GODEBUG=tlsmlkem=0 leaves the first out,
// for networks that drop a ClientHello of two packets.
var originCurves = []tls.CurveID{tls.X25519MLKEM768, tls.X25519, tls.CurveP256, tls.CurveP384}

func newOrigins(s *Server, roots *x509.CertPool, private []*x509.Certificate) *origins {
	judge := newVerifier(s.ca, private, func() *certs.DenyList { return s.settings.Load().denied() })
	o := &origins{
		server:   s,
		judge:    judge,
		issuers:  newIssuers(s, roots),
		pool:     newPool(s.bounds.pooled),
		verified: map[originKey]probed{},
		parked:   map[originKey]*parkedConn{},
		tls: &tls.Config{
			MinVersion:                  tls.VersionTLS12,
			CipherSuites:                originSuites,
			CurvePreferences:            originCurves,
			RootCAs:                     roots,
			ClientSessionCache:          tls.NewLRUClientSessionCache(512),
			DynamicRecordSizingDisabled: true,
			VerifyConnection:            judge.verify,
		},
	}
	o.h2, o.h1 = o.transport(false), o.transport(true)
	return o
}

// dialTLS connects to an origin and verifies it. A chain that lacks its
// intermediate is completed once, for a second attempt. onClientCert, when given,
// is called when the origin asks for a client certificate.
func (o *origins) dialTLS(ctx context.Context, key originKey, onClientCert func()) (*tls.Conn, error) {
	conn, err := o.handshake(ctx, key, onClientCert)
	if err != nil && o.issuers.complete(ctx, key.target, err) {
		return o.handshake(ctx, key, onClientCert)
	}
	return conn, err
}

func (o *origins) handshake(ctx context.Context, key originKey, onClientCert func()) (*tls.Conn, error) {
	raw, err := o.server.dial(ctx, key.target)
	if err != nil {
		return nil, err
	}
	config := o.tls.Clone()
	config.ServerName = key.target.name.String()
	config.NextProtos = []string{"h2", "http/1.1"}
	if key.http1 {
		config.NextProtos = []string{"http/1.1"}
	}
	if missing := o.issuers.of(key.target); missing != nil {
		o.complete(config, missing)
	}
	if onClientCert != nil {
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			onClientCert()
			return &tls.Certificate{}, nil
		}
	}
	ctx, cancel := context.WithTimeout(ctx, handshakeTimeout)
	defer cancel()
	conn := tls.Client(&originConn{Conn: raw}, config)
	if err := conn.HandshakeContext(ctx); err != nil {
		_ = raw.Close()
		return nil, err
	}
	return conn, nil
}

// complete makes config verify with further intermediates. crypto/tls takes none
// from its caller, so its verification is replaced by the same one with them.
func (o *origins) complete(config *tls.Config, missing []*x509.Certificate) {
	host, roots := config.ServerName, config.RootCAs
	config.InsecureSkipVerify = true // VerifyConnection does all of it, on resumption too
	config.VerifyConnection = func(cs tls.ConnectionState) (err error) {
		if cs.VerifiedChains, err = buildChains(roots, host, cs.PeerCertificates, missing); err != nil {
			return err
		}
		return o.judge.verify(cs)
	}
}

// probe verifies the origin before anything is minted for it, and returns the
// protocol it chose. The connection is kept for the first request. A recently
// verified origin is not asked again.
func (o *origins) probe(ctx context.Context, key originKey) (proto string, err error) {
	if p, ok := o.recall(key); ok {
		return p.proto, nil
	}
	asked := false
	conn, err := o.dialTLS(ctx, key, func() { asked = true })
	if asked {
		// Whatever became of the handshake, only the browser can answer.
		if conn != nil {
			_ = conn.Close()
		}
		return "", errWantsClientCertificate
	}
	if err != nil {
		return "", err
	}
	proto = conn.ConnectionState().NegotiatedProtocol
	o.remember(key, probed{proto: proto, until: time.Now().Add(verifiedFor)})
	o.park(originKey{key.target, proto != "h2"}, conn)
	return proto, nil
}

func (o *origins) recall(key originKey) (probed, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	p, ok := o.verified[key]
	return p, ok && time.Now().Before(p.until)
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
}

func (o *origins) park(key originKey, c *tls.Conn) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if old := o.parked[key]; old != nil && old.timer.Stop() {
		_ = old.conn.Close()
	}
	p := &parkedConn{conn: c}
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

func (o *origins) unpark(key originKey) *tls.Conn {
	o.mu.Lock()
	defer o.mu.Unlock()
	p := o.parked[key]
	delete(o.parked, key)
	if p == nil || !p.timer.Stop() {
		return nil
	}
	return p.conn
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
