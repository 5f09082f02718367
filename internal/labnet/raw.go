package labnet

import (
	"crypto/tls"
	"net"
	"sync"
)

// Raw starts an origin that hands each TCP connection to serve, in a goroutine
// of its own, and closes it when serve returns. It speaks no protocol: junk,
// silence, smuggled requests and resets are up to serve.
func (n *Net) Raw(names []string, serve func(net.Conn)) *Origin {
	n.t.Helper()
	o := &Origin{l: n.listen(names)}
	n.serveRaw(o, serve)
	return o
}

// RawTLS is [Net.Raw] below TLS: serve gets connections whose handshake is done.
// Only options about TLS apply. HTTP/1.1 is the one protocol offered by ALPN.
func (n *Net) RawTLS(names []string, serve func(net.Conn), opts ...OriginOption) *Origin {
	n.t.Helper()
	c := originConfig{http1: true}
	for _, opt := range opts {
		opt(&c)
	}
	o := &Origin{l: n.listen(names)}
	cfg := n.tlsConfig(o, names, &c)
	n.serveRaw(o, func(c net.Conn) {
		tc := tls.Server(c, cfg)
		defer func() { _ = tc.Close() }()
		if tc.Handshake() == nil {
			serve(tc)
		}
	})
	return o
}

func (n *Net) serveRaw(o *Origin, serve func(net.Conn)) {
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := o.l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer func() { _ = c.Close() }()
				serve(c)
			})
		}
	})
	n.t.Cleanup(func() {
		_ = o.l.Close()
		o.l.closeAll()
		wg.Wait()
	})
}

// Reset makes closing c send a reset instead of an orderly end. c is a
// connection that [Net.Raw] handed out.
func Reset(c net.Conn) {
	if counted, ok := c.(*conn); ok {
		c = counted.Conn
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}
