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

	mu     sync.Mutex
	open   map[*conn]struct{}
	record bytes.Buffer
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
	counted := &conn{Conn: c, l: l}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[counted] = struct{}{}
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

func (l *listener) keep(p []byte) {
	l.received.Add(int64(len(p)))
	l.mu.Lock()
	defer l.mu.Unlock()
	if room := recordLimit - l.record.Len(); room > 0 {
		l.record.Write(p[:min(room, len(p))])
	}
}

func (l *listener) recorded() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Clone(l.record.Bytes())
}

// conn is one accepted connection.
type conn struct {
	net.Conn
	l *listener
}

// Read implements net.Conn.
func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.l.keep(p[:n])
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
