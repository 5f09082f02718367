package proxy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"time"
)

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

// originTLS is how origins are spoken to; [origins.handshake] adds who they must be.
func originTLS() *tls.Config {
	return &tls.Config{
		MinVersion:                  tls.VersionTLS12,
		CipherSuites:                originSuites,
		CurvePreferences:            originCurves,
		ClientSessionCache:          tls.NewLRUClientSessionCache(512),
		DynamicRecordSizingDisabled: true,
	}
}

// dialTLS connects to an origin and verifies it. A chain that lacks its
// intermediate is completed once, for a second attempt. a learns whether the origin
// asks for a client certificate, and is for one call.
func (o *origins) dialTLS(ctx context.Context, key originKey, a *asking) (*tls.Conn, error) {
	conn, err := o.handshake(ctx, key, a)
	if err != nil && o.issuers.Complete(ctx, key.target.name, key.target.port, err) {
		return o.handshake(ctx, key, a)
	}
	return conn, err
}

func (o *origins) handshake(ctx context.Context, key originKey, a *asking) (*tls.Conn, error) {
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
	o.mustVerify(config, o.issuers.Of(key.target.name, key.target.port))
	a.observe(o, config, key)
	below := o.conns.add(raw)
	conn := tls.Client(below, config)
	if err := handshakeWithin(ctx, conn, handshakeTimeout); err != nil {
		_ = below.Close()
		return nil, err
	}
	return conn, nil
}

// handshakeWithin ends a handshake after limit, or with ctx: by the connection's own
// deadline, without a goroutine that waits for either.
func handshakeWithin(ctx context.Context, conn *tls.Conn, limit time.Duration) error {
	_ = conn.SetDeadline(time.Now().Add(limit))
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	err := conn.Handshake()
	if !stop() {
		return ctx.Err()
	}
	_ = conn.SetDeadline(time.Time{})
	return err
}

// mustVerify makes config verify that the server has a certificate for its
// ServerName that leads to a root, with the further intermediates that the server
// should have sent, and is what [origincert.Verifier] allows. crypto/tls takes neither
// intermediates nor a memory of chains from its caller, so its own verification is
// replaced by the same one; VerifyConnection runs on resumption, too.
func (o *origins) mustVerify(config *tls.Config, missing []*x509.Certificate) {
	host := config.ServerName
	config.InsecureSkipVerify = true // VerifyConnection does all of it
	config.VerifyConnection = func(cs tls.ConnectionState) error {
		if len(cs.PeerCertificates) > 0 {
			o.certs.note(host, cs.PeerCertificates[0])
		}
		return o.judge.Verify(cs, host, missing)
	}
}
