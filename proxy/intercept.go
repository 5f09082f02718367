package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"go.uber.org/zap"

	"sekisho/hostname"
	"sekisho/rules"
)

// connectReply opens a tunnel (RFC 9110, section 9.3.6).
const connectReply = "HTTP/1.1 200 Connection established\r\n\r\n"

// established tells the client that its tunnel is open.
func (s *Server) established(c net.Conn) bool {
	_ = c.SetWriteDeadline(time.Now().Add(s.bounds.head))
	_, err := io.WriteString(c, connectReply)
	_ = c.SetWriteDeadline(time.Time{})
	return err == nil
}

// intercept answers the CONNECT and serves whatever the client speaks. It owns
// client until the inner server has it; done is called once client is closed.
// trouble is what is already known to be wrong with the target.
func (s *Server) intercept(client net.Conn, v *visit, trouble error, done func()) {
	handed := false
	defer func() {
		if !handed {
			_ = client.Close()
			done()
		}
	}()
	if !s.established(client) {
		return
	}
	// Until it has said what it wants, a drain may end it at once.
	silent := s.tunnels.silent(client)
	protocol, client, err := s.peekProtocol(client)
	silent.leave()
	if err != nil {
		_ = client.Close()
		return
	}
	switch protocol {
	case protocolTLS:
		handed = s.interceptTLS(client, v, trouble, done)
	case protocolHTTP:
		// A browser opens ws:// through CONNECT and speaks HTTP in it.
		clear := *v
		clear.scheme = "http"
		clear.viaProxy = s.upstreamProxyFor(v.target.name) != nil
		clear.broken = trouble
		inner := s.tunnels.inner(client, &clear, done)
		handed = s.handIn(inner, inner)
	case protocolOther:
		s.interceptOther(client, v)
	}
}

// What a client may speak in its tunnel.
const (
	protocolOther = iota
	protocolTLS
	protocolHTTP
)

// recordTypeHandshake begins a TLS connection (RFC 8446, section 5.1).
const recordTypeHandshake = 22

// maxMethod is longer than any method in use, and shorter than the banner of
// a protocol that only begins like one ("SSH-2.0-").
const maxMethod = 24

// peekProtocol waits for the client to speak and looks at as few bytes as tell
// TLS, HTTP and the rest apart. The returned connection yields them again.
func (s *Server) peekProtocol(c net.Conn) (protocol int, _ net.Conn, err error) {
	_ = c.SetReadDeadline(time.Now().Add(s.bounds.idle))
	defer func() { _ = c.SetReadDeadline(time.Time{}) }()
	var seen []byte
	for one := make([]byte, 1); len(seen) < maxMethod; {
		if _, err := io.ReadFull(c, one); err != nil {
			return protocolOther, c, err
		}
		seen = append(seen, one[0])
		switch {
		case len(seen) == 1 && one[0] == recordTypeHandshake:
			return protocolTLS, newReplayConn(c, seen), nil
		case len(seen) > 1 && one[0] == ' ':
			return protocolHTTP, newReplayConn(c, seen), nil
		case one[0] < 'A' || one[0] > 'Z':
			return protocolOther, newReplayConn(c, seen), nil
		}
		if len(seen) == 1 {
			_ = c.SetReadDeadline(time.Now().Add(s.bounds.head))
		}
	}
	return protocolOther, newReplayConn(c, seen), nil
}

// interceptOther splices a protocol that is neither TLS nor HTTP, when the
// target is not held back.
func (s *Server) interceptOther(client net.Conn, v *visit) {
	if _, held := s.held(v.client, v.target); !held && !v.target.ownSite() {
		s.spliceTo(client, v)
	}
}

// spliceTo connects client to v's target unread and returns when both are
// closed.
func (s *Server) spliceTo(client net.Conn, v *visit) {
	origin, err := s.dial(context.Background(), v.target)
	if err != nil {
		s.log.Debug("not spliced", zap.String("host", v.target.name.String()), zap.Error(err))
		return
	}
	s.tunnels.splice(v, client, origin)
}

// interceptTLS judges the ClientHello, verifies the origin, mints and serves.
// It reports whether the inner server took client.
func (s *Server) interceptTLS(client net.Conn, v *visit, trouble error, done func()) bool {
	hello, client, err := peekClientHello(client, s.bounds.head)
	if err != nil {
		s.log.Debug("not a client hello", zap.String("host", v.target.name.String()))
		return false
	}
	named, err := v.withServerName(hello.serverName)
	if err != nil {
		refuseHandshake(client, alertUnrecognizedName)
		s.log.Debug("server name refused", zap.String("host", v.target.name.String()), zap.Error(err))
		return false
	}
	if named.target != v.target {
		if s.settings.Load().Policy.Decide(named.target.name).Opaque() {
			s.spliceTo(client, v)
			return false
		}
		trouble = nil // it was about the address
	}
	v = named
	v.http1 = !contains(hello.protos, "h2")

	_, held := s.held(v.client, v.target)
	held = held && !s.settings.Load().Observe
	if held || v.target.ownSite() {
		return s.serveTLS(client, v, hello, s.leafTLS.h2, done)
	}
	if s.trust.refuses(v.client, hello.print) || s.expired() {
		s.spliceTo(client, v)
		return false
	}
	return s.interceptOrigin(client, v, hello, trouble, done)
}

// interceptOrigin is the ordinary case: the origin is asked first, and its
// protocol is mirrored to the client.
func (s *Server) interceptOrigin(client net.Conn, v *visit, hello clientHello, trouble error, done func()) bool {
	config := s.leafTLS.h1
	if trouble == nil {
		proto, err := s.origins.probe(withVisit(context.Background(), v), originKey{v.target, v.http1})
		switch {
		case errors.Is(err, errWantsClientCertificate):
			s.spliceTo(client, v)
			return false
		case err != nil:
			trouble = err
		case proto == "h2":
			config = s.leafTLS.h2
		default:
			v.http1 = true // the origin does not speak HTTP/2 either
		}
	}
	if trouble != nil {
		s.log.Debug("origin refused", zap.String("host", v.target.name.String()), zap.Error(trouble))
		config = s.leafTLS.h2
		v.broken = trouble
	}
	return s.serveTLS(client, v, hello, config, done)
}

// withServerName is the visit that a ClientHello's server name makes of v.
// A client that connects to an address may name the site; a client that
// connects to a name must mean that name.
func (v *visit) withServerName(sni string) (*visit, error) {
	out := *v
	if sni == "" {
		return &out, nil
	}
	n, err := hostname.Parse(sni)
	if err != nil {
		return nil, err
	}
	if n == v.target.name {
		return &out, nil
	}
	if _, isIP := v.target.name.Addr(); !isIP {
		return nil, fmt.Errorf("server name %q in a tunnel to another name", n.String())
	}
	out.target.name = n
	return &out, nil
}

// serveTLS completes the handshake with the client and hands the connection
// to the inner server, which it reports.
func (s *Server) serveTLS(client net.Conn, v *visit, hello clientHello, config *tls.Config, done func()) bool {
	below := s.tunnels.inner(client, v, done)
	conn := tls.Server(below, config)
	_ = client.SetDeadline(time.Now().Add(s.bounds.head))
	err := conn.Handshake()
	_ = client.SetDeadline(time.Time{})
	if err != nil {
		s.tunnels.remove(below)
		if distrusts(err) {
			s.log.Info("certificate refused by the client", zap.String("client", v.client.String()), zap.String("host", v.target.name.String()))
			s.tell(s.trust.refused(v.client, hello.print, v.target.name), v)
		}
		return false
	}
	s.tell(s.trust.completed(v.client, hello.print), v)
	if v.broken == nil && conn.ConnectionState().NegotiatedProtocol != "h2" {
		v.host = v.target.authority(v.scheme)
		return s.serveRelay(conn, v)
	}
	if conn.ConnectionState().NegotiatedProtocol != "h2" {
		return s.handIn(&innerConn{Conn: conn, visit: v, onDone: func() {}}, below)
	}
	return s.handIn(conn, below)
}

// handIn gives conn, which is accounted for as below, to the inner server.
func (s *Server) handIn(conn net.Conn, below *innerConn) bool {
	if s.innerConns.give(conn) {
		return true
	}
	s.tunnels.remove(below)
	return false
}

// alertUnrecognizedName is a fatal TLS alert (RFC 6066, section 3).
const alertUnrecognizedName = 112

// refuseHandshake ends a connection before its handshake with a plaintext
// alert, so that the client can say why.
func refuseHandshake(c net.Conn, alert byte) {
	_ = c.SetWriteDeadline(time.Now().Add(time.Second))
	_, _ = c.Write([]byte{21, 3, 3, 0, 2, 2, alert})
}

// distrusts reports whether a handshake ended because the client does not
// know our CA: bad_certificate, certificate_unknown or unknown_ca.
func distrusts(err error) bool {
	var remote *net.OpError
	if !errors.As(err, &remote) || remote.Op != "remote error" {
		return false
	}
	// crypto/tls keeps its alerts' type to itself; their text is the same.
	for _, alert := range []tls.AlertError{42, 46, 48} {
		if remote.Err.Error() == alert.Error() {
			return true
		}
	}
	return false
}

// mayRelease reports whether a person may choose to go on past a verdict.
func mayRelease(v rules.Verdict) bool { return v.Action == rules.Warn }

func contains(list []string, want string) bool {
	for _, s := range list {
		if s == want {
			return true
		}
	}
	return false
}
