package proxy

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"sekisho/proxy/trust"
	"sekisho/rules"
)

// An origin that asks for a client certificate could be heard by the browser alone,
// and so would be a way around everything that judges what is sent: asking costs a
// phisher one line. So it is answered with an empty certificate first. Who goes on is
// intercepted like any other; for who insists, see clientcertsplice.go.

// refusalWait is how long an origin of TLS 1.3 is waited for after it was given an
// empty certificate. Its refusal comes one round trip after the handshake (RFC 8446,
// section 4.4.2.4), as a session ticket or HTTP/2's SETTINGS do, which say that it
// went on. One that is silent for longer is believed to; if it refuses the first
// request after all, that is learnt then ([origins.insisted]).
const refusalWait = 500 * time.Millisecond

// clientAuth is what an origin does about client certificates.
type clientAuth uint8

const (
	authUnasked  clientAuth = iota
	authOptional            // it asks, and goes on without
	authRequired            // it refuses an empty certificate
)

// asking is what one handshake with an origin learns of that. It keeps no session of
// an origin that asked: on resumption it would not ask again.
type asking struct {
	tls.ClientSessionCache
	asked atomic.Bool
	// private is set when a root that the owner added vouches for the origin.
	private bool
	// conn is waited at for a refusal, which a ticket ends.
	conn atomic.Pointer[tls.Conn]
}

// asking returns what one handshake tells, or its second attempt.
func (o *origins) asking() *asking { return &asking{ClientSessionCache: o.tls.ClientSessionCache} }

// Put implements [tls.ClientSessionCache].
func (a *asking) Put(key string, cs *tls.ClientSessionState) {
	if !a.asked.Load() {
		a.ClientSessionCache.Put(key, cs)
		return
	}
	if conn := a.conn.Load(); conn != nil {
		_ = conn.SetReadDeadline(time.Unix(1, 0))
	}
}

// observe has config, which verifies the origin, tell a.
func (a *asking) observe(o *origins, config *tls.Config, key originKey) {
	var shown tls.ConnectionState
	config.ClientSessionCache = a
	verify := config.VerifyConnection
	config.VerifyConnection = func(cs tls.ConnectionState) error {
		shown = cs
		return verify(cs)
	}
	// It is called after the origin was verified, in TLS 1.2 and 1.3 alike.
	config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		a.asked.Store(true)
		a.private = o.judge.Private(shown, config.ServerName, o.issuers.Of(key.target.name, key.target.port))
		return &tls.Certificate{}, nil
	}
}

// judge closes conn, whose origin asked, and says whether it went on without a
// certificate. conn is nil when the handshake failed.
func (a *asking) judge(conn *tls.Conn) clientAuth {
	if conn == nil {
		return authRequired
	}
	defer func() { _ = conn.Close() }()
	if conn.ConnectionState().Version < tls.VersionTLS13 {
		return authOptional // its Finished said so
	}
	_ = conn.SetReadDeadline(time.Now().Add(refusalWait))
	a.conn.Store(conn)
	var one [1]byte
	if n, err := conn.Read(one[:]); n == 0 && !errors.Is(err, os.ErrDeadlineExceeded) {
		return authRequired
	}
	return authOptional
}

// insisted learns from the failure of a request that an origin of TLS 1.3, which had
// seemed to go on without a certificate, refused it. It reports whether that is new.
func (o *origins) insisted(t target, err error) bool {
	var remote *net.OpError
	if !errors.As(err, &remote) || remote.Op != "remote error" {
		return false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	either, http1 := originKey{t, false}, originKey{t, true}
	p, _ := o.verified.Get(either)
	p1, _ := o.verified.Get(http1)
	if p.auth != authOptional && p1.auth != authOptional {
		return false
	}
	p.auth, p1.auth = authRequired, authRequired
	p.until = time.Now().Add(verifiedFor)
	p1.until = p.until
	o.verified.Put(either, p)
	o.verified.Put(http1, p1)
	return true
}

// askAgain answers a request that its origin refused for want of a certificate: the
// browser comes back by a new connection, on which it can give one. It reports false
// for what may have effects; the page says what is wrong, and a second try is passed.
func askAgain(w http.ResponseWriter, r *http.Request) bool {
	uri, ok := targetAsSent(r.RequestURI)
	if !ok || r.Method != http.MethodGet && r.Method != http.MethodHead || r.ContentLength != 0 {
		return false
	}
	h := w.Header()
	h.Set("Location", uri)
	h.Set("Cache-Control", "no-store")
	h.Set("Connection", "close") // of HTTP/2, net/http makes a GOAWAY of it
	h.Set(errorHeader, "client-certificate")
	w.WriteHeader(http.StatusTemporaryRedirect)
	return true
}

// withoutAsking reports whether the clients of an origin may answer it whatever they
// have: its owner is the owner here, or is trusted by name.
func (s *Server) withoutAsking(v *visit, p probed) bool {
	return p.private || s.settings.Load().Policy.Decide(v.target.name).Ground == rules.Allowlist
}

// askOrigin is the ordinary case: the origin is asked first, and its protocol is
// mirrored to the client.
func (h *handshake) askOrigin() (*tls.Config, error) {
	s, v := h.server, h.visit
	if h.trouble == nil {
		p, err := s.origins.probe(withVisit(s.over, v), originKey{v.target, v.http1})
		if err == nil {
			return h.mirror(p)
		}
		h.trouble = err
	}
	return h.refusedOrigin(), nil
}

// mirror goes on with an origin that was verified.
func (h *handshake) mirror(p probed) (*tls.Config, error) {
	s, v := h.server, h.visit
	if p.auth != authUnasked {
		if !s.mayPassUnread(v) {
			return h.accept(s.leafTLS.h2), nil
		}
		switch {
		case s.withoutAsking(v, p):
			s.tell(s.trust.Certificates(trust.NewsCertificate, v.target.name), v)
			return h.splice()
		case p.auth == authRequired:
			h.instead = func() { s.spliceCertified(h.first, h.early, v) }
			return nil, errOtherwise
		}
		s.tell(s.trust.Certificates(trust.NewsCertificateUnused, v.target.name), v)
	}
	if p.proto == "h2" {
		return h.accept(s.leafTLS.h2), nil
	}
	v.http1 = true // the origin does not speak HTTP/2 either
	return h.accept(s.leafTLS.h1), nil
}
