package tlsflight

import (
	"net"
	"slices"

	"sekisho/proxy/netconn"
)

// MaxHello bounds what is read before the client is known. A hello with
// post-quantum key shares measures about 2 KiB.
const MaxHello = 16 << 10

// usualHello is room for the hello of a browser, which comes with one read.
const usualHello = 2 << 10

// First is a client's connection of which it is not known yet what becomes
// of it. It keeps what it reads, within [MaxHello], and swallows what is
// written: a TLS server on it can read a ClientHello without the client hearing
// anything.
type First struct {
	net.Conn
	seen []byte
	at   int // up to where seen was given to a reader
}

// NewFirst is c before anything was read of it.
func NewFirst(c net.Conn) *First {
	return &First{Conn: c, seen: make([]byte, 0, usualHello)}
}

// Seen is all that was read. It is not to be written to.
func (c *First) Seen() []byte { return c.seen }

// Forget lets go of what was read, so that a connection that lives long keeps nothing.
func (c *First) Forget() { c.seen = nil }

// More waits for further bytes, which stand in [First.Seen] then. Past [MaxHello] the
// error is [netconn.ErrTooMuch].
func (c *First) More() error {
	if len(c.seen) >= MaxHello {
		return netconn.ErrTooMuch
	}
	if len(c.seen) == cap(c.seen) {
		c.seen = slices.Grow(c.seen, len(c.seen))
	}
	n, err := c.Conn.Read(c.seen[len(c.seen):min(cap(c.seen), MaxHello)])
	c.seen = c.seen[:len(c.seen)+n]
	if n > 0 {
		return nil // an error comes again
	}
	return err
}

// Read implements [net.Conn].
func (c *First) Read(p []byte) (int, error) {
	if c.at == len(c.seen) {
		if err := c.More(); err != nil {
			return 0, err
		}
	}
	n := copy(p, c.seen[c.at:])
	c.at += n
	return n, nil
}

// Write implements [net.Conn].
func (*First) Write(p []byte) (int, error) { return len(p), nil }

// Replay is the connection with all that was read in front.
func (c *First) Replay() net.Conn { return netconn.Replayed(c.Conn, c.seen) }

// Rest is the connection with what was read and not given to a reader yet in
// front.
func (c *First) Rest() net.Conn { return netconn.Replayed(c.Conn, c.seen[c.at:]) }
