package netconn

import (
	"errors"
	"net"
	"slices"
)

// Replay is a connection some of whose bytes were read already; they come
// first again.
type Replay struct {
	net.Conn
	early []byte
}

// Replayed returns c with early, of which a copy is kept, to be read before all else:
// c itself when that is empty.
func Replayed(c net.Conn, early []byte) net.Conn {
	if len(early) == 0 {
		return c
	}
	return &Replay{Conn: c, early: slices.Clone(early)}
}

// Read implements [net.Conn].
func (c *Replay) Read(p []byte) (int, error) {
	if len(c.early) > 0 {
		n := copy(p, c.early)
		if c.early = c.early[n:]; len(c.early) == 0 {
			c.early = nil
		}
		return n, nil
	}
	return c.Conn.Read(p)
}

// Unwrap returns the connection below c and what is still to be replayed, so
// that the kernel can splice the rest.
func Unwrap(c net.Conn) (bare net.Conn, early []byte) {
	for {
		r, ok := c.(*Replay)
		if !ok {
			return c, early
		}
		early = append(early, r.early...)
		c = r.Conn
	}
}

// CloseWrite ends our direction where the transport can (TCP).
func (c *Replay) CloseWrite() error { return CloseWrite(c.Conn) }

// CloseWrite ends our direction of c where the transport can; elsewhere the error is
// [errors.ErrUnsupported].
func CloseWrite(c net.Conn) error {
	if h, ok := c.(interface{ CloseWrite() error }); ok {
		return h.CloseWrite()
	}
	return errors.ErrUnsupported
}
