package proxy

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"sekisho/proxy/socket"
)

// originConn lies under the TLS to an origin and remembers its bare end.
type originConn struct {
	net.Conn
	ended  atomic.Bool
	ahead  []byte          // was read, and comes first
	reader *relay          // non-nil while a long body passes
	raw    syscall.RawConn // nil where it is unknown
	// deaf ends a read where it would ask the socket, and here where it would have
	// to wait.
	deaf, here bool
	// patient is the read deadline that hasten set, in nanoseconds of Unix time, and
	// zero once another was.
	patient atomic.Int64
	account *originConns // nil where nobody keeps one
}

func newOriginConn(c net.Conn) *originConn {
	return &originConn{Conn: c, raw: rawOf(c)}
}

// Close implements [net.Conn].
func (c *originConn) Close() error {
	if c.account != nil {
		c.account.remove(c)
	}
	return c.Conn.Close()
}

// hasten has reads end slowAnswer after now, or up to half of that earlier: on a busy
// connection the deadline is not moved for each request.
func (c *originConn) hasten(now time.Time) {
	if c.patient.Load()-now.UnixNano() < int64(slowAnswer/2) {
		end := now.Add(slowAnswer)
		_ = c.Conn.SetReadDeadline(end)
		c.patient.Store(end.UnixNano())
	}
}

// SetReadDeadline implements [net.Conn].
func (c *originConn) SetReadDeadline(t time.Time) error {
	c.patient.Store(0)
	return c.Conn.SetReadDeadline(t)
}

// SetDeadline implements [net.Conn].
func (c *originConn) SetDeadline(t time.Time) error {
	c.patient.Store(0)
	return c.Conn.SetDeadline(t)
}

// Read implements [net.Conn].
func (c *originConn) Read(p []byte) (int, error) {
	switch {
	case len(c.ahead) > 0:
		n := copy(p, c.ahead)
		c.ahead = c.ahead[n:]
		return n, nil
	case c.reader != nil:
		return c.reader.readAhead(c, p)
	case c.deaf, c.here && !socket.Arrived(c.raw):
		return 0, os.ErrDeadlineExceeded
	}
	return c.readSocket(p)
}

func (c *originConn) readSocket(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if errors.Is(err, io.EOF) {
		c.ended.Store(true)
	}
	return n, err
}

// originConns keeps account of the connections under TLS to origins, so that the end
// closes all: of those that net/http has, it closes none of HTTP/2 that is not idle yet,
// and one whose last request was cut takes a moment to be.
type originConns struct {
	mu    sync.Mutex
	ended bool
	open  map[*originConn]struct{}
}

// add takes c, which it closes at once if the end was before.
func (a *originConns) add(c net.Conn) *originConn {
	oc := newOriginConn(c)
	oc.account = a
	a.mu.Lock()
	ended := a.ended
	if !ended {
		if a.open == nil {
			a.open = map[*originConn]struct{}{}
		}
		a.open[oc] = struct{}{}
	}
	a.mu.Unlock()
	if ended {
		_ = c.Close()
	}
	return oc
}

func (a *originConns) remove(c *originConn) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.open, c)
}

// close ends all, and whatever is added later.
func (a *originConns) close() {
	a.mu.Lock()
	a.ended = true
	open := a.open
	a.open = nil
	a.mu.Unlock()
	for c := range open {
		_ = c.Conn.Close()
	}
}

// quiet reports whether a connection that waited is still open, and nothing
// came on it: an origin closes what is idle, and bytes that nobody asked for
// must not become the next client's answer. TLS messages without data, such as
// session tickets, are taken on the way.
func quiet(c *tls.Conn) bool {
	o, ok := c.NetConn().(*originConn)
	if !ok {
		return silentFor(c, peekWait)
	}
	o.deaf = true // what was received already
	nothing := silentNow(c)
	o.deaf = false
	switch {
	case !nothing:
		return false
	case !socket.CanPeek || o.raw == nil:
		return silentFor(c, peekWait)
	case !socket.Arrived(o.raw):
		return true
	}
	_ = c.SetReadDeadline(time.Time{}) // or it would not be read
	o.here = true
	defer func() { o.here = false }()
	return silentNow(c)
}

// peekWait is how long a read may take that should find nothing, where a socket
// cannot be looked into.
const peekWait = 200 * time.Microsecond

// silentFor reports whether c yields no data and no end within d.
func silentFor(c *tls.Conn, d time.Duration) bool {
	_ = c.SetReadDeadline(time.Now().Add(d))
	defer func() { _ = c.SetReadDeadline(time.Time{}) }()
	return silentNow(c)
}

func silentNow(c *tls.Conn) bool {
	var one [1]byte
	n, err := c.Read(one[:])
	return n == 0 && errors.Is(err, os.ErrDeadlineExceeded)
}
