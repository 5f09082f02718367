package proxy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
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

// originTLS is how origins are spoken to.
func originTLS(roots *x509.CertPool, judge *verifier) *tls.Config {
	return &tls.Config{
		MinVersion:                  tls.VersionTLS12,
		CipherSuites:                originSuites,
		CurvePreferences:            originCurves,
		RootCAs:                     roots,
		ClientSessionCache:          tls.NewLRUClientSessionCache(512),
		DynamicRecordSizingDisabled: true,
		VerifyConnection:            judge.verify,
	}
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
		if len(cs.PeerCertificates) == 0 {
			return o.judge.verify(cs) // which refuses it
		}
		if cs.VerifiedChains, err = buildChains(roots, host, cs.PeerCertificates, missing); err != nil {
			return err
		}
		return o.judge.verify(cs)
	}
}
