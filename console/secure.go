package console

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/netip"

	"sekisho/hostname"
)

// onLoopback reports whether only this computer can connect to a.
func onLoopback(a net.Addr) bool {
	ap, err := netip.ParseAddrPort(a.String())
	return err == nil && ap.Addr().Unmap().IsLoopback()
}

// isPrivate reports whether nobody between the client and here can read r or answer
// it: TLS, or a connection that never left this computer.
func isPrivate(r *http.Request) bool { return r.TLS != nil || arrivedAt(r).IsLoopback() }

// toTLS sends a request that came in the clear to the same place over TLS. The
// port is the same: see split.
func (s *Server) toTLS(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		// What it carried has been read by whoever listens; a redirect would send
		// it once more and make it look right.
		serveText(w, http.StatusForbidden, s.words(r, "refused.clear")+"\n")
		return
	}
	http.Redirect(w, r, "https://"+r.Host+r.URL.RequestURI(), http.StatusTemporaryRedirect)
}

const (
	// maxQueryHeader has questions by GET that are too long be answered by the
	// resolver, with the status for them: what is above makes HTTP/2 end the
	// connection.
	maxQueryHeader = 64 << 10
	// maxAtOnce bounds the requests at a time on one connection, and what their
	// headers take.
	maxAtOnce = 64
)

// secureServer is what answers over TLS.
func (s *Server) secureServer(h http.Handler) *http.Server {
	secure := s.server(h)
	secure.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: maxAtOnce}
	if s.options.DNSQuery != nil {
		secure.MaxHeaderBytes = maxQueryHeader
	}
	secure.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: s.certificate}
	secure.ConnState = func(c net.Conn, state http.ConnState) {
		if state == http.StateActive { // the handshake is over
			tellCompleted(c)
		}
	}
	return secure
}

// tellCompleted tells of a handshake that went through, once.
func tellCompleted(c net.Conn) {
	secured, ok := c.(*tls.Conn)
	if !ok {
		return
	}
	if b, ok := secured.NetConn().(*begun); ok && b.completed != nil {
		b.completed()
		b.completed = nil
	}
}

// dnsPath is that of DNS over HTTPS, as most servers have it.
const dnsPath = "/dns-query"

// asksDNS reports whether r is for the resolver. It needs no sign-in, as the
// resolver itself knows whom it answers, and comes over TLS alone: in the clear it
// would say no more than the resolver's own port does, and be believed more.
func (s *Server) asksDNS(r *http.Request) bool {
	return r.URL.Path == dnsPath && r.TLS != nil && s.options.DNSQuery != nil &&
		(s.hosts.allows(r) || hostOnly(r.Host) == s.options.DNSName)
}

// DoH is where DNS over HTTPS is answered, at /dns-query; nil where it is not.
func (s *Server) DoH() net.Addr {
	if s.secure == nil || s.options.DNSQuery == nil {
		return nil
	}
	return s.Addr()
}

var errForeignName = errors.New("not a name of this console")

// certificate returns a leaf for the name that a client asks for, if it is one
// under which the console may be asked, or for the address that it connected to.
func (s *Server) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if b, ok := hello.Conn.(*begun); ok && s.options.Witness != nil {
		b.completed = s.options.Witness(hello)
	}
	name := hostOnly(hello.ServerName)
	if name == "" || name == s.options.DNSName {
		ap, err := netip.ParseAddrPort(hello.Conn.LocalAddr().String())
		if err != nil {
			return nil, err
		}
		name = ap.Addr().Unmap().WithZone("").String()
	} else if !s.hosts.own[name] && name != s.hosts.name {
		return nil, errForeignName
	}
	n, err := hostname.Parse(name)
	if err != nil {
		return nil, err
	}
	return s.options.Leaf(n)
}
