package proxy

import (
	"errors"
	"net"
	"sync"
	"time"

	"sekisho/proxy/netconn"
	"sekisho/proxy/websocket"
)

// Status codes that end a WebSocket (RFC 6455, section 7.4.1).
const (
	closeProtocol = 1002
	closePolicy   = 1008
	closeTooBig   = 1009
	closeLater    = 1013
)

// webSocket is a client's connection as a WebSocket. What the client sends comes
// out of Read message by message, each once it was judged; what is sent to the
// client is read in passing.
type webSocket struct {
	net.Conn
	guard *socketGuard

	reading sync.Mutex          // Close may come while something is judged
	in      *websocket.Messages // made with the first read: then the handshake is over
	buf     []byte
	closed  bool

	hearing sync.Mutex // as reading, for what the server sends
	heard   incoming

	mu    sync.Mutex // one write at a time, and with it:
	bound websocket.Boundary
	ended bool // our own close frame was sent
}

// socketRead is read at a time.
const socketRead = 8 << 10

func newSocket(c net.Conn, g *socketGuard) *webSocket {
	return &webSocket{Conn: c, guard: g, heard: g.server.readMessages(g.visit, g.r, func() bool { return g.deflate })}
}

// Read implements [net.Conn].
func (c *webSocket) Read(p []byte) (int, error) {
	if n, err := c.judged(p, 0); n > 0 || err != nil {
		return n, err
	}
	for {
		n, failed := c.Conn.Read(c.buf)
		n, err := c.judged(p, n)
		switch {
		case n > 0:
			return n, nil
		case err != nil:
			return 0, err
		case failed != nil:
			return 0, failed
		}
	}
}

// judged judges the first n bytes of buf, and returns what may leave.
func (c *webSocket) judged(p []byte, n int) (int, error) {
	c.reading.Lock()
	defer c.reading.Unlock()
	if c.closed {
		return 0, net.ErrClosed
	}
	if c.in == nil {
		c.in = websocket.NewMessages(c.guard, c.guard.head, c.guard.deflate, c.guard.server.heldBytes, c.guard.visit.client)
		c.buf = make([]byte, socketRead)
	}
	if stop := c.in.Feed(c.buf[:n]); stop != nil {
		clear(c.buf)
		c.end(stop)
		return 0, stop
	}
	return c.in.Take(p), nil
}

// Write implements [net.Conn].
func (c *webSocket) Write(p []byte) (int, error) {
	if stop := c.hear(p); stop != nil {
		c.end(stop)
		return 0, stop
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return 0, net.ErrClosed
	}
	n, err := c.Conn.Write(p)
	c.bound.Pass(p[:n])
	return n, err
}

// hear reads what the server sent.
func (c *webSocket) hear(p []byte) error {
	c.hearing.Lock()
	defer c.hearing.Unlock()
	return c.heard.pass(p)
}

// end tells the client why its WebSocket is over. In the middle of a frame
// there is no room for it; the connection's end has to do then.
func (c *webSocket) end(stop error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended || !c.bound.Between() {
		return
	}
	c.ended = true
	code := closeCode(stop)
	_ = c.Conn.SetWriteDeadline(time.Now().Add(time.Second))
	_, _ = c.Conn.Write([]byte{0x80 | websocket.OpClose, 2, byte(code >> 8), byte(code & 0xff)})
}

func closeCode(stop error) int {
	var held *heldError
	switch {
	case errors.As(stop, &held):
		return closePolicy
	case errors.Is(stop, websocket.ErrFrame), errors.Is(stop, websocket.ErrDeflate):
		return closeProtocol
	case errors.Is(stop, netconn.ErrTooMuch):
		return closeTooBig
	}
	return closeLater
}

// Close implements [net.Conn].
func (c *webSocket) Close() error {
	err := c.Conn.Close()
	c.hearing.Lock()
	c.heard.close()
	c.hearing.Unlock()
	c.reading.Lock()
	defer c.reading.Unlock()
	if c.closed = true; c.in != nil {
		c.in.Close()
	}
	return err
}

// CloseWrite ends our direction where the transport can.
func (c *webSocket) CloseWrite() error { return netconn.CloseWrite(c.Conn) }
