package proxy

import (
	"crypto/tls"
	"errors"
	"net"
	"slices"
	"time"

	"go.uber.org/zap"

	"sekisho/certs"
	"sekisho/proxy/h2"
	"sekisho/proxy/tlsflight"
	"sekisho/proxy/trust"
)

// handshake is what one TLS client's first flight leads to. crypto/tls parses it
// once, in the handshake that may follow: its callback judges the hello while
// nothing was said to the client yet, and has it served here, or ended so that
// the connection can go another way.
type handshake struct {
	server  *Server
	first   *tlsflight.First
	inner   *innerConn
	visit   *visit
	trouble error // what is already known to be wrong with the target, a name
	done    func()

	// by is when the client has to be through with the hello; left is what is left
	// to it then, for the rest of the handshake. What the origin takes is not counted.
	by   time.Time
	left time.Duration

	print trust.Fingerprint
	// unnamed says that the client offered no protocol by ALPN, early that it sends
	// data before any answer.
	unnamed, early bool
	// alerts reads below the handshake, once it is ours.
	alerts *tlsflight.Alerts
	// instead is what happens when it is not served; nil for an alert of ours
	// that was sent.
	instead func()
}

// errOtherwise ends a handshake that is not ours to finish.
var errOtherwise = errors.New("not served here")

// interceptTLS judges the ClientHello, verifies the origin, mints and serves.
// It reports whether the inner server, or a relay, took the client. A drain may end it
// at once, by silent, until the handshake is over.
func (s *Server) interceptTLS(first *tlsflight.First, silent *adopted, v *visit, trouble error, done func()) bool {
	h := &handshake{server: s, first: first, visit: v, trouble: trouble, done: done, by: time.Now().Add(s.bounds.head)}
	h.inner = &innerConn{Conn: first, hello: h.judge}
	conn := tls.Server(h.inner, s.leafTLS.unknown)
	_ = first.SetReadDeadline(h.by)
	err := conn.Handshake()
	silent.leave()
	_ = first.SetDeadline(time.Time{})
	switch {
	case err == nil:
		return h.serve(conn)
	case errors.Is(err, errOtherwise):
		if h.instead != nil {
			h.instead()
		}
	case h.inner.visit == nil:
		s.log.Debug("not a client hello", siteField(v.target.name))
		if local := (*net.OpError)(nil); errors.As(err, &local) && local.Op == "local error" {
			tlsflight.Refuse(first.Conn, tlsflight.DecodeError) // for crypto/tls's, which nobody heard
		}
	default:
		s.tunnels.remove(h.inner)
		if h.alerts.Distrusts(err) {
			v = h.visit
			s.log.Info("certificate refused by the client", zap.String("client", v.client.String()), siteField(v.target.name))
			s.tell(s.trust.Refused(v.client, h.print, v.target.name, h.alerts.UnknownCA(err)), v)
			s.believers.Refused(v.client, h.print, v.target.name)
		}
	}
	return false
}

// judge decides what becomes of the client. It runs in crypto/tls.
func (h *handshake) judge(info *tls.ClientHelloInfo) (*tls.Config, error) {
	s, v := h.server, h.visit
	h.left = time.Until(h.by)
	h.print, h.unnamed = trust.FingerprintOf(info), len(info.SupportedProtos) == 0
	h.early = tlsflight.Early(info)
	named, err := v.withServerName(info.ServerName)
	if err != nil {
		h.instead = func() { tlsflight.Refuse(h.first.Conn, tlsflight.UnrecognizedName) }
		s.log.Debug("server name refused", siteField(v.target.name), siteError(v.target.name, err))
		return nil, errOtherwise
	}
	if named.target != v.target {
		if s.settings.Load().Policy.Decide(named.target.name).Opaque() {
			return h.splice()
		}
	}
	named.http1 = !slices.Contains(info.SupportedProtos, "h2")
	h.visit, v = named, named

	_, held := s.held(v.client, v.target)
	held = held && !s.settings.Load().Observe
	if held || v.target.ownSite() || v.target.drill() {
		return h.accept(s.leafTLS.h2), nil
	}
	if errors.As(h.trouble, new(*heldError)) { // whoever it is, the name says too much
		return h.refusedOrigin(), nil
	}
	if foreign(info.SupportedProtos) {
		if !s.mayPassUnread(v) || slices.ContainsFunc(info.SupportedProtos, isWebCall) && !s.mayWebCall(v) {
			return h.accept(s.leafTLS.h2), nil // with nothing in common: an alert says so
		}
		s.tell(s.trust.Foreign(v.client), v)
		return h.splice()
	}
	if s.trust.Refuses(v.client, h.print) || s.expired() {
		return h.splice()
	}
	return h.askOrigin()
}

// refusedOrigin accepts a client to tell it what is wrong with its origin.
func (h *handshake) refusedOrigin() *tls.Config {
	h.server.log.Debug("origin refused", siteField(h.visit.target.name), siteError(h.visit.target.name, h.trouble))
	h.visit.broken = h.trouble
	return h.accept(h.server.leafTLS.h2)
}

// splice ends the handshake unheard and connects the client to its target.
func (h *handshake) splice() (*tls.Config, error) {
	v := h.visit
	h.instead = func() { h.server.spliceTo(h.first.Replay(), v) }
	return nil, errOtherwise
}

// accept lets the handshake go on with config: from now on the client hears it.
func (h *handshake) accept(config *tls.Config) *tls.Config {
	h.alerts = &tlsflight.Alerts{Conn: h.first.Rest()}
	h.inner.Conn, h.inner.visit = h.alerts, h.visit
	h.inner.hello = nil
	h.first.Forget() // an idle tunnel keeps nothing of it
	h.server.tunnels.enter(h.inner, h.done)
	_ = h.first.SetDeadline(time.Now().Add(h.left))
	own := ownTickets(config, h.server.leafTLS.unknown, h.visit.target.name)
	if h.early {
		// The client has a ticket of the site's own server, from when it was not intercepted.
		// crypto/tls refuses data ahead by an alert that browsers show people. From a server
		// of TLS 1.2 they take it as RFC 8446, appendix D.3, asks: they come again without.
		own.MaxVersion = tls.VersionTLS12
	}
	return own
}

// serve hands the connection to a relay or the inner server.
func (h *handshake) serve(conn *tls.Conn) bool {
	s, v := h.server, h.visit
	h.inner.Conn = h.alerts.Conn // nobody reads now
	s.tell(s.trust.Completed(v.client, h.print, v.target.name), v)
	if !conn.ConnectionState().DidResume { // which shows no certificate
		s.believers.Accepted(v.client, h.print, v.target.name)
	}
	s.presentWithTrust(v.client)
	switch {
	case conn.ConnectionState().NegotiatedProtocol == "h2":
		return s.handIn(h2.NewConn(conn, s.bounds.head), h.inner)
	case v.broken == nil:
		v.host = v.target.authority(v.scheme)
		_, held := s.held(v.client, v.target)
		held = held && !s.settings.Load().Observe
		if h.unnamed && !held && !v.target.ownSite() && !v.target.drill() {
			return s.serveUnnamed(conn, v)
		}
		return s.serveRelay(conn, v, nil)
	}
	return s.handIn(&innerConn{Conn: conn, visit: v, coded: new(framed), onDone: func() {}}, h.inner)
}

// leafConfigs are the TLS configurations that clients meet: one that judges the
// ClientHello, whose session ticket keys serve all connections (ownTickets), and one
// for each set of protocols an origin may have agreed to. The leaf is chosen by the
// connection (innerConn) and never by what the client claims in SNI.
type leafConfigs struct{ unknown, h1, h2 *tls.Config }

// leafSuites are what a client of TLS 1.2 may choose: with AEAD alone, and for
// leaves, which have ECDSA keys. Whatever speaks TLS 1.2 and takes such a leaf has one
// of them; Schannel does from Windows 7 on.
var leafSuites = []uint16{
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
}

var errNoTarget = errors.New("connection without a target")

func newLeafConfigs(ca *certs.Authority) leafConfigs {
	base := &tls.Config{
		MinVersion:   tls.VersionTLS12,
		CipherSuites: leafSuites,
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			c, ok := hello.Conn.(*innerConn)
			if !ok || c.visit == nil {
				return nil, errNoTarget
			}
			return ca.Leaf(c.visit.target.name)
		},
		// Large first records cost nothing on loopback and save a write.
		DynamicRecordSizingDisabled: true,
	}
	h1, h2, unknown := base.Clone(), base.Clone(), base.Clone()
	h1.NextProtos = []string{"http/1.1", "http/1.0"} // some offer nothing else (curl --http1.0)
	h2.NextProtos = append([]string{"h2"}, h1.NextProtos...)
	unknown.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		c, ok := hello.Conn.(*innerConn)
		if !ok || c.hello == nil {
			return nil, errNoTarget
		}
		return c.hello(hello)
	}
	return leafConfigs{unknown: unknown, h1: h1, h2: h2}
}
