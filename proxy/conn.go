package proxy

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"sekisho/interstitial"
	"sekisho/proxy/netconn"
)

// earlyWriter is a response writer whose Hijack keeps the bytes that a client
// sent without waiting for the answer. Both goproxy (behind a CONNECT) and
// ReverseProxy (behind an upgrade) read from the connection alone and would
// drop them. adopt, when set, has the last word on the connection.
type earlyWriter struct {
	http.ResponseWriter
	adopt func(net.Conn) net.Conn
}

// Unwrap lets [http.ResponseController] reach the writer below.
func (w earlyWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Hijack implements [http.Hijacker]. The connection has no deadline, of which
// net/http's has seen to it, and the buffer is empty.
func (w earlyWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	switch c := conn.(type) {
	case *frontConn:
		conn = c.Conn
	case *innerConn:
		c.coded = nil // no server ends it any more
	}
	early, _ := rw.Reader.Peek(rw.Reader.Buffered())
	replay := netconn.Replayed(conn, early)
	if w.adopt == nil { // goproxy, which leaves the buffers alone
		return replay, bufio.NewReadWriter(bufio.NewReaderSize(replay, 0), bufio.NewWriterSize(replay, 1)), nil
	}
	replay = w.adopt(replay)
	return replay, bufio.NewReadWriter(bufio.NewReader(replay), bufio.NewWriter(replay)), nil
}

// marked adds our header to the head that p begins with.
func marked(p []byte) []byte {
	end := bytes.IndexByte(p, '\r')
	if end < 0 || !bytes.HasPrefix(p, []byte("HTTP/1.")) {
		return p
	}
	out := append([]byte(nil), p[:end]...)
	out = append(out, "\r\n"+errorHeader+": "+string(interstitial.CodeBadRequest)...)
	return append(out, p[end:]...)
}

// writeMarked writes p to c, marked where it is what net/http's server answers by
// itself: to a head that it cannot read, or to an expectation that it does not know.
// What follows the request that is answered so is not read any more.
func writeMarked(c net.Conn, p []byte, coded *framed) (int, error) {
	if coded == nil || coded.handled {
		return c.Write(p)
	}
	m := marked(p)
	if len(m) != len(p) {
		coded.parting.unread.Store(true)
	}
	n, err := c.Write(m)
	return min(n, len(p)), err
}

// innerConn lies under the TLS of an intercepted tunnel, or is the tunnel
// itself when the client speaks HTTP in the clear. It carries the visit to
// the inner server, which must be given a *tls.Conn to recognise TLS.
//
// It begins without onDone, when it is not known yet whether it will get there.
type innerConn struct {
	net.Conn
	visit  *visit
	hello  func(*tls.ClientHelloInfo) (*tls.Config, error) // judges the ClientHello
	bond   bond
	bulk   *bulk     // of the relay that has the connection, or nil
	deaf   bool      // reads end where they would ask the socket
	headBy time.Time // by when the head that has begun is whole; zero when none has
	coded  *framed   // nil below TLS
	once   sync.Once
	onDone func()
	ending ending
	progress
}

// Read implements [net.Conn].
func (c *innerConn) Read(p []byte) (int, error) {
	if c.deaf {
		return 0, os.ErrDeadlineExceeded
	}
	c.busy.Add(1)
	n, err := c.Conn.Read(p)
	c.coded.look(p, n)
	if c.moved(n); err != nil {
		err = c.ending.keep(len(p), err, c.accountOf())
	}
	return n, err
}

// Write implements [net.Conn]. Below TLS nothing of a server's can be seen in
// what is written, and nothing matches.
func (c *innerConn) Write(p []byte) (n int, err error) {
	c.busy.Add(1)
	if c.bulk != nil {
		n, err = c.bulk.write(c.Conn, p)
	} else {
		n, err = writeMarked(c.Conn, p, c.coded)
	}
	c.moved(n)
	return n, err
}

// CloseWrite is as a frontConn's.
func (c *innerConn) CloseWrite() error {
	if c.coded != nil {
		c.coded.parting.unread.Store(true)
	}
	return netconn.CloseWrite(c.Conn)
}

func (c *innerConn) Close() error {
	if c.coded != nil {
		c.coded.parting.end(c.Conn)
	}
	err := c.Conn.Close()
	c.ending.close()
	c.abandon()
	c.bond.close()
	c.once.Do(c.onDone)
	return err
}

// hurry implements ender: the server that has c ends it.
func (c *innerConn) hurry() {}

func (c *innerConn) close() {
	_ = c.Conn.Close()
	c.abandon()
}

func (c *innerConn) on() *visit { return c.visit }

// enter keeps account of n until it is closed, when done is called as well.
func (ts *tunnels) enter(n *innerConn, done func()) {
	n.visit.inFlight = new(flight)
	n.attach(n.Conn)
	n.onDone = func() { ts.remove(n); done() }
	ts.add(n)
}
