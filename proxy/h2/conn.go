// Package h2 stands between a client that speaks HTTP/2 and net/http's server, which lacks
// two things: a limit for the time that a head may take, and a path that is not quite a
// URL's.
package h2

import (
	"net"
	"time"
)

// maxKept is how much of what is to be read a connection keeps room for.
const maxKept = 1 << 10

// Conn is an intercepted connection of HTTP/2, above its TLS, which the server does not
// see. One goroutine may read.
type Conn struct {
	headClock
	heads heads
	at    int // what of heads.out was read
}

// NewConn is c for net/http's server. A head has limit from its first byte on.
func NewConn(c net.Conn, limit time.Duration) *Conn {
	return &Conn{headClock: headClock{Conn: c, limit: limit}}
}

// Read implements [net.Conn].
func (c *Conn) Read(p []byte) (int, error) {
	for c.at == len(c.heads.out) && len(p) > 0 {
		c.at, c.heads.out = 0, c.heads.out[:0]
		if cap(c.heads.out) > maxKept {
			c.heads.out = nil
		}
		n, err := c.headClock.Read(p)
		plain := c.heads.plain(p[:n])
		c.heads.feed(p[plain:n])
		if plain > 0 || err != nil && len(c.heads.out) == 0 {
			return plain, err
		}
	}
	n := copy(p, c.heads.out[c.at:])
	c.at += n
	return n, nil
}
