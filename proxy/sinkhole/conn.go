package sinkhole

import (
	"crypto/tls"
	"net"
	"net/netip"

	"sekisho/hostname"
	"sekisho/proxy/netconn"
	"sekisho/proxy/places"
)

// connKey is the context key of a request's *conn.
type connKey struct{}

// conn is a client's connection, below TLS if there is any.
type conn struct {
	net.Conn
	bare    net.Conn // the client's own
	client  netip.Addr
	site    hostname.Name // the name that the leaf is for; zero without TLS
	judge   func(*tls.ClientHelloInfo) (*tls.Config, error)
	handled bool // a handler has, or had, the request that is answered now; HTTP/1 alone
	house   House
	places  *places.Places
	place   *places.Place
}

// tlsConn is TLS above a conn, for HTTP/1.1.
type tlsConn struct{ *tls.Conn }

// Write implements [net.Conn].
func (c tlsConn) Write(p []byte) (int, error) { return connOf(c).mark(c.Conn, p) }

// connOf is the connection that is, or is below, c.
func connOf(c net.Conn) *conn {
	switch above := c.(type) {
	case *tls.Conn:
		c = above.NetConn()
	case tlsConn:
		c = above.NetConn()
	}
	return c.(*conn)
}

// Write implements [net.Conn].
func (c *conn) Write(p []byte) (int, error) {
	if !c.site.IsZero() { // a record of TLS
		return c.Conn.Write(p)
	}
	return c.mark(c.Conn, p)
}

// mark writes p to the connection to, which is c or above it, marked if no handler
// wrote it.
func (c *conn) mark(to net.Conn, p []byte) (int, error) {
	if c.handled {
		return to.Write(p)
	}
	n, err := to.Write(c.house.Mark(p))
	return min(n, len(p)), err
}

// Close implements [net.Conn].
func (c *conn) Close() error {
	defer c.places.Release(c.place)
	return c.Conn.Close()
}

// CloseWrite lets the server wait for the client before it closes, so that no
// reset overtakes what it said.
func (c *conn) CloseWrite() error { return netconn.CloseWrite(c.Conn) }

// listener yields the connections of those who may use sekisho, within the
// bounds; others hear nothing.
type listener struct {
	net.Listener
	sinkhole *Sinkhole
}

// Accept implements [net.Listener].
func (l listener) Accept() (net.Conn, error) {
	for {
		bare, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		k := l.sinkhole
		c := &conn{Conn: bare, bare: bare, client: netconn.Client(bare), house: k.house, places: k.places}
		c.place = places.NewPlace(bare, c.client)
		if k.house.Serves(c.client) && k.places.Admit(c.place) {
			return c, nil
		}
		_ = bare.Close()
	}
}
