package proxy

import (
	"crypto/tls"
	"net"
	"slices"
	"time"

	"sekisho/proxy/netconn"
	"sekisho/proxy/trust"
)

// maxClientHello bounds what is read before the client is known. A hello with
// post-quantum key shares measures about 2 KiB.
const maxClientHello = 16 << 10

// usualHello is room for the hello of a browser, which comes with one read.
const usualHello = 2 << 10

// clientHello is what a TLS client said first.
type clientHello struct {
	serverName string // as sent; unchecked
	protos     []string
	print      trust.Fingerprint
}

func helloOf(info *tls.ClientHelloInfo) clientHello {
	return clientHello{
		serverName: info.ServerName,
		protos:     slices.Clone(info.SupportedProtos),
		print:      trust.FingerprintOf(info),
	}
}

// firstFlight is a client's connection of which it is not known yet what becomes
// of it. It keeps what it reads, within maxClientHello, and swallows what is
// written: a TLS server on it can read a ClientHello without the client hearing
// anything.
type firstFlight struct {
	net.Conn
	seen []byte
	at   int // up to where seen was given to a reader

	headBy time.Time // by when what has begun is whole
}

func newFirstFlight(c net.Conn) *firstFlight {
	return &firstFlight{Conn: c, seen: make([]byte, 0, usualHello)}
}

// more waits for further bytes, which stand behind seen then.
func (c *firstFlight) more() error {
	if len(c.seen) >= maxClientHello {
		return netconn.ErrTooMuch
	}
	if len(c.seen) == cap(c.seen) {
		c.seen = slices.Grow(c.seen, len(c.seen))
	}
	n, err := c.Conn.Read(c.seen[len(c.seen):min(cap(c.seen), maxClientHello)])
	c.seen = c.seen[:len(c.seen)+n]
	if n > 0 {
		return nil // an error comes again
	}
	return err
}

// Read implements [net.Conn].
func (c *firstFlight) Read(p []byte) (int, error) {
	if c.at == len(c.seen) {
		if err := c.more(); err != nil {
			return 0, err
		}
	}
	n := copy(p, c.seen[c.at:])
	c.at += n
	return n, nil
}

// Write implements [net.Conn].
func (*firstFlight) Write(p []byte) (int, error) { return len(p), nil }

// replay is the connection with all that was read in front.
func (c *firstFlight) replay() net.Conn { return netconn.Replayed(c.Conn, c.seen) }

// rest is the connection with what was read and not given to a reader yet in
// front.
func (c *firstFlight) rest() net.Conn { return netconn.Replayed(c.Conn, c.seen[c.at:]) }
