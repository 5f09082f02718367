package labnet

import (
	"bytes"
	"net"
	"sync"
	"sync/atomic"
)

// recordLimit bounds what is kept of the bytes that one origin receives.
const recordLimit = 1 << 20

// listener counts what it accepts, records what comes in, and can close every
// connection it handed out, which http.Server does not do for hijacked ones.
type listener struct {
	net.Listener

	accepted atomic.Int64
	received atomic.Int64

	mu       sync.Mutex
	open     map[*conn]struct{}
	streams  []*bytes.Buffer // one for each accepted connection
	recorded int
}

func newListener(l net.Listener) *listener {
	return &listener{Listener: l, open: map[*conn]struct{}{}}
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.accepted.Add(1)
	counted := &conn{Conn: c, l: l, record: new(bytes.Buffer)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[counted] = struct{}{}
	l.streams = append(l.streams, counted.record)
	return counted, nil
}

// closeAll closes the connections that are still open.
func (l *listener) closeAll() {
	l.mu.Lock()
	open := make([]*conn, 0, len(l.open))
	for c := range l.open {
		open = append(open, c)
	}
	l.mu.Unlock()
	for _, c := range open {
		_ = c.Close()
	}
}

// opened returns how many connections are open now.
func (l *listener) opened() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.open)
}

// keep records p, as far as there is room, as received on c.
func (l *listener) keep(c *conn, p []byte) {
	l.received.Add(int64(len(p)))
	l.mu.Lock()
	defer l.mu.Unlock()
	p = p[:min(len(p), recordLimit-l.recorded)]
	l.recorded += len(p)
	c.record.Write(p)
}

// heard returns what was recorded of each connection.
func (l *listener) heard() [][]byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([][]byte, len(l.streams))
	for i, s := range l.streams {
		all[i] = bytes.Clone(s.Bytes())
	}
	return all
}

// conn is one accepted connection.
type conn struct {
	net.Conn
	l      *listener
	record *bytes.Buffer // guarded by l.mu
}

// NetConn is the connection below, as of a TLS connection.
func (c *conn) NetConn() net.Conn { return c.Conn }

// Read implements net.Conn.
func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.l.keep(c, p[:n])
	}
	return n, err
}

// CloseWrite ends the sending direction alone.
func (c *conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// Close implements net.Conn.
func (c *conn) Close() error {
	c.l.mu.Lock()
	delete(c.l.open, c)
	c.l.mu.Unlock()
	return c.Conn.Close()
}
