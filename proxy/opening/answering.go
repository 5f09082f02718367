package opening

import (
	"bytes"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"syscall"
	"time"

	"sekisho/proxy/netconn"
)

// answering is a client whose server spoke first. What it says is kept until it is
// clear whether its first line is one of TLS or HTTP: then it was only slow, what it
// says would have to be judged, and it ends before a byte of that went out. What is
// still unclear after a while ends as well.
type answering struct {
	net.Conn
	wary  bool          // its site may be an imitation: no text passes
	calls func() bool   // whether STUN passes
	limit time.Duration // from its first byte to the end of its first line
	kept  []byte        // what it said, and nobody has read
	known atomic.Bool   // it is neither TLS nor HTTP; a drain looks as well
	until atomic.Int64  // limit's end, in nanoseconds of Unix time; zero before that byte
}

// Answering is conn, of a client that has said nothing and whose server has spoken. What
// the client says can be read once it is clear that it is neither TLS nor HTTP, and is an
// error otherwise. Where wary, no text passes; calls is asked whether STUN does; limit is
// from the client's first byte to the end of its first line. It can be waited for as a [syscall.Conn], and its direction
// be ended with CloseWrite, where conn can.
func Answering(conn net.Conn, wary bool, calls func() bool, limit time.Duration) net.Conn {
	return &answering{Conn: conn, wary: wary, calls: calls, limit: limit}
}

// Read implements [net.Conn]. It brings nothing, and no error, as long as all is kept.
func (c *answering) Read(p []byte) (int, error) {
	if c.known.Load() {
		return c.give(p)
	}
	n, err := c.Conn.Read(p[:max(1, len(p)-len(c.kept))]) // all fits in the next p
	if n > 0 && len(c.kept) == 0 {
		c.until.Store(time.Now().Add(c.limit).UnixNano())
	}
	c.kept = append(c.kept, p[:n]...)
	if len(c.kept) == 0 {
		return 0, err
	}
	ended := errors.Is(err, io.EOF)
	switch o := c.kind(ended); {
	case o == Web:
		return 0, errAsks
	case o == STUN && !c.calls():
		return 0, errCalls
	case o != Unclear || ended:
		c.known.Store(true)
		return c.give(p)
	}
	return 0, err
}

// give gives out what was kept, and then reads.
func (c *answering) give(p []byte) (int, error) {
	if len(c.kept) == 0 {
		return c.Conn.Read(p)
	}
	n := copy(p, c.kept)
	if c.kept = c.kept[n:]; len(c.kept) == 0 {
		c.kept = nil
	}
	return n, nil
}

// errAsks ends a client that was taken for one of another protocol and asks in HTTP or
// TLS after all.
var errAsks = errors.New("HTTP or TLS behind the first words of a server of neither")

// errCalls ends one that speaks STUN where that does not pass.
var errCalls = errors.New("STUN behind the first words of a server")

// kind is what the client has said so far. At its end the line is whole.
func (c *answering) kind(ended bool) Kind {
	said := c.kept
	if ended {
		said = append(bytes.Clone(said), '\n')
	}
	if c.wary && beginsWords(said) {
		return Web
	}
	return behind(said)
}

// SetReadDeadline implements [net.Conn]. What is unclear for too long has none, and is
// an error.
func (c *answering) SetReadDeadline(t time.Time) error {
	if at := c.until.Load(); at != 0 && !c.known.Load() {
		until := time.Unix(0, at)
		if !time.Now().Before(until) {
			return errAsks
		}
		if t.IsZero() || t.After(until) {
			t = until
		}
	}
	return c.Conn.SetReadDeadline(t)
}

// NetConn is the connection below, as of a TLS connection.
func (c *answering) NetConn() net.Conn { return c.Conn }

// CloseWrite ends our direction where the transport can.
func (c *answering) CloseWrite() error { return netconn.CloseWrite(c.Conn) }

// SyscallConn lets a pump wait without a buffer, once nothing is kept.
func (c *answering) SyscallConn() (syscall.RawConn, error) {
	if below, ok := c.Conn.(syscall.Conn); ok {
		return below.SyscallConn()
	}
	return nil, errors.ErrUnsupported
}
