package proxy

import (
	"crypto/tls"
	"net"
	"net/netip"

	"sekisho/hostname"
	"sekisho/proxy/netconn"
	"sekisho/proxy/places"
)

// sinkKey is the context key of a request's *sinkConn.
type sinkKey struct{}

// sinkConn is a client's connection to the sinkhole, below TLS if there is any.
type sinkConn struct {
	net.Conn
	bare   net.Conn // the client's own
	client netip.Addr
	host   hostname.Name // the name that the leaf is for; zero without TLS
	judge  func(*tls.ClientHelloInfo) (*tls.Config, error)
	coded  framed
	places *places.Places
	place  *places.Place
}

// sinkTLS is TLS above a sinkConn, for HTTP/1.1.
type sinkTLS struct{ *tls.Conn }

// Write implements [net.Conn].
func (c sinkTLS) Write(p []byte) (int, error) {
	return writeMarked(c.Conn, p, &sinkConnOf(c.Conn).coded)
}

// sinkConnOf is the connection that is, or is below, c.
func sinkConnOf(c net.Conn) *sinkConn {
	switch above := c.(type) {
	case *tls.Conn:
		c = above.NetConn()
	case sinkTLS:
		c = above.NetConn()
	}
	return c.(*sinkConn)
}

// Write implements [net.Conn].
func (c *sinkConn) Write(p []byte) (int, error) {
	if !c.host.IsZero() { // a record of TLS
		return c.Conn.Write(p)
	}
	return writeMarked(c.Conn, p, &c.coded)
}

// Close implements [net.Conn].
func (c *sinkConn) Close() error {
	defer c.places.Release(c.place)
	return c.Conn.Close()
}

// CloseWrite lets the server wait for the client before it closes, so that no
// reset overtakes what it said.
func (c *sinkConn) CloseWrite() error { return netconn.CloseWrite(c.Conn) }

// sinkListener yields the connections of those who may use sekisho, within the
// bounds; others hear nothing.
type sinkListener struct {
	net.Listener
	sinkhole *sinkhole
}

// Accept implements [net.Listener].
func (l sinkListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		k := l.sinkhole
		conn := &sinkConn{Conn: c, bare: c, client: clientAddr(c.RemoteAddr()), places: k.places}
		conn.place = places.NewPlace(c, conn.client)
		if allowed(k.server.settings.Load().Clients, conn.client) && k.places.Admit(conn.place) {
			return conn, nil
		}
		_ = c.Close()
	}
}
