package resolver

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"
)

const (
	// handshakeTime bounds a TLS handshake; who takes longer gives the place of
	// a client away.
	handshakeTime = 5 * time.Second
	alpnDoT       = "dot" // RFC 7858, section 3.1
	alpnHTTP2     = "h2"
)

// A ListenError tells which of several addresses could not be listened at.
type ListenError struct {
	// Path is that of the address in the configuration.
	Path, Addr string
	Err        error
}

// Error is what the system said, led by Path.
func (e *ListenError) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap returns what the system said.
func (e *ListenError) Unwrap() error { return e.Err }

// secured are the listeners whose queries come encrypted; nil ones are off.
type secured struct{ dot, doh *net.TCPListener }

// listenSecured binds what o asks for.
func listenSecured(o Options) (s secured, err error) {
	if o.TLS == nil {
		return s, nil
	}
	if s.dot, err = listenTLS("listen.dot", o.ListenDoT); err != nil {
		return s, err
	}
	if s.doh, err = listenTLS("listen.doh", o.ListenDoH); err != nil {
		return s, errors.Join(err, s.close())
	}
	return s, nil
}

func listenTLS(path, address string) (*net.TCPListener, error) {
	if address == "" {
		return nil, nil
	}
	at, err := resolveListen(path, address)
	if err != nil {
		return nil, err
	}
	l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(at))
	if err != nil {
		return nil, &ListenError{Path: path, Addr: address, Err: err}
	}
	return l, nil
}

// each calls f for the listeners that are on.
func (s secured) each(f func(*net.TCPListener)) {
	for _, l := range [...]*net.TCPListener{s.dot, s.doh} {
		if l != nil {
			f(l)
		}
	}
}

func (s secured) close() (err error) {
	s.each(func(l *net.TCPListener) { err = errors.Join(err, ignoreClosed(l.Close())) })
	return err
}

// DoT and DoH are the addresses where queries come encrypted; nil where off.
func (s *Server) DoT() net.Addr { return addrOf(s.secured.dot) }

// DoH is the address of DNS over HTTPS, whose path is /dns-query.
func (s *Server) DoH() net.Addr { return addrOf(s.secured.doh) }

func addrOf(l *net.TCPListener) net.Addr {
	if l == nil {
		return nil
	}
	return l.Addr()
}

// addrPortOf is addrOf for comparing; invalid where off.
func addrPortOf(l *net.TCPListener) netip.AddrPort {
	if l == nil {
		return netip.AddrPort{}
	}
	at := l.Addr().(*net.TCPAddr).AddrPort()
	return netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
}

// tlsFor is the configuration for a protocol.
func (s *Server) tlsFor(protocols ...string) *tls.Config {
	c := s.options.TLS.Clone()
	c.MinVersion = max(c.MinVersion, tls.VersionTLS12)
	c.NextProtos = protocols
	if leaf, witness := c.GetCertificate, s.options.Witness; leaf != nil && witness != nil {
		c.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			if g, ok := hello.Conn.(*guest); ok {
				g.completed = witness(hello)
			}
			return leaf(hello)
		}
	}
	return c
}

// A guest is a connection below TLS whose client is told of to
// [Options.Witness]. It is used by one goroutine until the handshake is over.
type guest struct {
	net.Conn
	completed func()
}

// guests yields guests whose writes are gathered.
type guests struct {
	*net.TCPListener
	running *sync.WaitGroup
}

// Accept implements [net.Listener].
func (l guests) Accept() (net.Conn, error) {
	conn, err := l.TCPListener.Accept()
	if err != nil {
		return nil, err
	}
	return &guest{Conn: gather(conn, l.running)}, nil
}

// greeted notes, once, that the handshake on conn went through. That of a session
// which is taken up again shows no certificate.
func greeted(conn net.Conn) {
	secured, ok := conn.(*tls.Conn)
	if !ok {
		return
	}
	if g, ok := secured.NetConn().(*guest); ok && g.completed != nil {
		g.completed()
		g.completed = nil
	}
}

// secure has st, a fresh connection, speak TLS.
func (st *stream) secure(config *tls.Config) {
	st.Conn = tls.Server(&guest{Conn: st.raw}, config)
}

// greet completes the handshake of st, if there is one to complete.
func (st *stream) greet() error {
	conn, ok := st.Conn.(*tls.Conn)
	if !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), handshakeTime)
	defer cancel()
	err := conn.HandshakeContext(ctx)
	if err == nil {
		greeted(conn)
	}
	return err
}
