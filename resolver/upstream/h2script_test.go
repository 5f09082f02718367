package upstream

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// An h2conn is the server's end of a connection that speaks HTTP/2 as scripts want.
type h2conn struct {
	net.Conn
	n int // which connection it is, from 1
	*http2.Framer
	mu sync.Mutex // for Framer's writes
}

// do has f write frames.
func (c *h2conn) do(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
}

// answer answers the query of stream.
func (c *h2conn) answer(stream uint32, query []byte) {
	c.do(func() {
		c.head(stream)
		_ = c.WriteData(stream, true, reply(query, "192.0.2.1"))
	})
}

// head begins an answer.
func (c *h2conn) head(stream uint32) {
	var fields bytes.Buffer
	e := hpack.NewEncoder(&fields)
	_ = e.WriteField(hpack.HeaderField{Name: ":status", Value: "200"})
	_ = e.WriteField(hpack.HeaderField{Name: "content-type", Value: dohType})
	_ = c.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: fields.Bytes(), EndHeaders: true})
}

// An h2script serves DNS over HTTP/2 by hand. begin, which may be nil, writes the first
// settings; query is called for each, in a goroutine of its own.
type h2script struct {
	begin func(c *h2conn)
	query func(c *h2conn, stream uint32, query []byte)
}

// serve returns the URL of a server of s, and counts its connections.
func (s h2script) serve(t *testing.T, cert tls.Certificate) (string, *atomic.Int32) {
	t.Helper()
	l := tls.NewListener(listenTCP(t), &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"h2"}})
	var opened atomic.Int32
	var serving sync.WaitGroup
	var mu sync.Mutex
	var conns []net.Conn
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			n := int(opened.Add(1))
			mu.Lock()
			conns = append(conns, conn)
			mu.Unlock()
			serving.Go(func() { s.converse(&h2conn{Conn: conn, n: n, Framer: http2.NewFramer(conn, conn)}, &serving) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		for _, c := range conns {
			_ = c.Close()
		}
		mu.Unlock()
		serving.Wait()
	})
	return "https://" + l.Addr().String(), &opened
}

func (s h2script) converse(c *h2conn, serving *sync.WaitGroup) {
	defer func() { _ = c.Close() }()
	if _, err := io.ReadFull(c.Conn, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	if s.begin == nil {
		c.do(func() { _ = c.WriteSettings() })
	} else {
		s.begin(c)
	}
	bodies := make(map[uint32][]byte)
	for {
		f, err := c.ReadFrame()
		if err != nil {
			return
		}
		switch f := f.(type) {
		case *http2.SettingsFrame:
			if !f.IsAck() {
				c.do(func() { _ = c.WriteSettingsAck() })
			}
		case *http2.PingFrame:
			if !f.IsAck() {
				c.do(func() { _ = c.WritePing(true, f.Data) })
			}
		case *http2.DataFrame:
			body := append(bodies[f.StreamID], f.Data()...)
			if bodies[f.StreamID] = body; f.StreamEnded() {
				delete(bodies, f.StreamID)
				serving.Go(func() { s.query(c, f.StreamID, body) })
			}
		}
	}
}
