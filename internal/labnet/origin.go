package labnet

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
)

// Origin is one server of the network, on a port of its own at 127.0.0.1.
type Origin struct {
	l          *listener
	requests   atomic.Int64
	busy       atomic.Int64
	handshakes atomic.Int64
	cert       *x509.Certificate // nil without TLS, or when it cannot be read

	mu    sync.Mutex
	hello *tls.ClientHelloInfo
}

// OriginOption changes an origin from the ordinary: TLS 1.2 and up, HTTP/1.1 and
// HTTP/2, and a certificate of the network's authority.
type OriginOption func(*originConfig)

type originConfig struct {
	plain   bool
	cert    *tls.Certificate
	mutate  func(*x509.Certificate)
	tls     func(*tls.Config)
	server  func(*http.Server)
	http1   bool
	clients *x509.CertPool
}

// Plain makes the origin speak HTTP without TLS.
func Plain() OriginOption { return func(c *originConfig) { c.plain = true } }

// HTTP1Only keeps HTTP/2 out of the origin's ALPN.
func HTTP1Only() OriginOption { return func(c *originConfig) { c.http1 = true } }

// Certificate lets mutate break the template of the origin's certificate before
// the network's authority signs it.
func Certificate(mutate func(*x509.Certificate)) OriginOption {
	return func(c *originConfig) { c.mutate = mutate }
}

// KeyPair makes the origin present cert, whoever signed it.
func KeyPair(cert tls.Certificate) OriginOption {
	return func(c *originConfig) { c.cert = &cert }
}

// ClientAuth makes the origin require a client certificate that roots vouch for.
func ClientAuth(roots *x509.CertPool) OriginOption {
	return func(c *originConfig) { c.clients = roots }
}

// TLS lets change have the last word on the origin's TLS configuration.
func TLS(change func(*tls.Config)) OriginOption {
	return func(c *originConfig) { c.tls = change }
}

// Server lets change adjust the origin's HTTP server.
func Server(change func(*http.Server)) OriginOption {
	return func(c *originConfig) { c.server = change }
}

// Origin starts an origin that serves h for names and registers them in the
// network's DNS at 127.0.0.1, those that have no answer yet.
func (n *Net) Origin(names []string, h http.Handler, opts ...OriginOption) *Origin {
	n.t.Helper()
	var c originConfig
	for _, opt := range opts {
		opt(&c)
	}
	o := &Origin{l: n.listen(names)}
	srv := &http.Server{Handler: o.count(h), ErrorLog: log.New(io.Discard, "", 0), Protocols: c.protocols()}
	if c.server != nil {
		c.server(srv)
	}
	serve := func() error { return srv.Serve(o.l) }
	if !c.plain {
		srv.TLSConfig = n.tlsConfig(o, names, &c)
		serve = func() error { return srv.ServeTLS(o.l, "", "") }
	}
	var wg sync.WaitGroup
	wg.Go(func() { _ = serve() })
	n.t.Cleanup(func() {
		_ = srv.Close()
		o.l.closeAll()
		wg.Wait()
	})
	return o
}

func (c *originConfig) protocols() *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	p.SetHTTP2(!c.http1 && !c.plain)
	return p
}

// tlsConfig builds the origin's TLS side and makes it tell o what it sees.
func (n *Net) tlsConfig(o *Origin, names []string, c *originConfig) *tls.Config {
	cert := c.cert
	if cert == nil {
		issued := n.ca.Issue(n.t, names, c.mutate)
		cert = &issued
	}
	o.cert, _ = x509.ParseCertificate(cert.Certificate[0]) // a test may show a malformed one
	cfg := &tls.Config{Certificates: []tls.Certificate{*cert}, MinVersion: tls.VersionTLS12}
	if c.http1 {
		cfg.NextProtos = []string{"http/1.1"}
	}
	if c.clients != nil {
		cfg.ClientAuth, cfg.ClientCAs = tls.RequireAndVerifyClientCert, c.clients
	}
	cfg.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.hello = hello
		return nil, nil
	}
	cfg.VerifyConnection = func(tls.ConnectionState) error {
		o.handshakes.Add(1)
		return nil
	}
	if c.tls != nil {
		c.tls(cfg)
	}
	return cfg
}

// listen opens a port and registers names.
func (n *Net) listen(names []string) *listener {
	n.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		n.t.Fatalf("listen for origin %q: %v", names, err)
	}
	n.dns.mu.Lock()
	defer n.dns.mu.Unlock()
	for _, name := range names {
		if _, ok := n.dns.names[canonical(name)]; !ok && net.ParseIP(name) == nil {
			n.dns.names[canonical(name)] = Reply{}
		}
	}
	return newListener(l)
}

func (o *Origin) count(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.requests.Add(1)
		o.busy.Add(1)
		defer o.busy.Add(-1)
		h.ServeHTTP(w, r)
	})
}

// Port returns the origin's TCP port.
func (o *Origin) Port() uint16 { return o.AddrPort().Port() }

// AddrPort returns the origin's address.
func (o *Origin) AddrPort() netip.AddrPort {
	return netip.MustParseAddrPort(o.l.Addr().String())
}

// Connections returns how many TCP connections the origin has accepted.
func (o *Origin) Connections() int { return int(o.l.accepted.Load()) }

// Open returns how many accepted connections the origin has not closed yet.
func (o *Origin) Open() int { return o.l.opened() }

// Requests returns how many HTTP requests have reached the origin's handler.
func (o *Origin) Requests() int { return int(o.requests.Load()) }

// Busy returns how many requests the origin's handler is at work on.
func (o *Origin) Busy() int { return int(o.busy.Load()) }

// Handshakes returns how many TLS handshakes the origin has carried through.
func (o *Origin) Handshakes() int { return int(o.handshakes.Load()) }

// Received returns what came in on each connection, in the order in which they
// were accepted, as it was on the wire (ciphertext, with TLS). Only the first MiB
// of all is kept; how much there was is [Origin.ReceivedBytes].
func (o *Origin) Received() [][]byte { return o.l.heard() }

// ReceivedBytes returns how many bytes came in on all connections.
func (o *Origin) ReceivedBytes() int64 { return o.l.received.Load() }

// Leaf returns the certificate that the origin presents, nil without TLS and when
// it is malformed.
func (o *Origin) Leaf() *x509.Certificate { return o.cert }

// Hello returns the last ClientHello the origin saw, nil before the first.
func (o *Origin) Hello() *tls.ClientHelloInfo {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.hello
}
