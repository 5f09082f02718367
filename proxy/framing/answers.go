package framing

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"

	"sekisho/proxy/netconn"
)

// answerConn is a connection to an origin on which answers are looked at.
type answerConn struct {
	net.Conn
	state *tls.ConnectionState // nil without TLS
	asked atomic.Bool          // something was written since the last answer began
	look  answerLook
}

func newAnswerConn(c net.Conn) *answerConn {
	a := &answerConn{Conn: c}
	if t, ok := c.(*tls.Conn); ok {
		state := t.ConnectionState()
		a.state = &state
	}
	return a
}

// Dialled is c with its answers looked at: a read ends in an error before one of HTTP/1.0
// with a transfer coding is whole. It takes what a dial returns.
func Dialled(c net.Conn, err error) (net.Conn, error) {
	if err != nil {
		return nil, err
	}
	return newAnswerConn(c), nil
}

// DialledTLS is [Dialled] for a handshake that is over. It leaves HTTP/2 alone, which has no versions to take for another.
func DialledTLS(c *tls.Conn, err error) (net.Conn, error) {
	if err != nil {
		return nil, err
	}
	if c.ConnectionState().NegotiatedProtocol == "h2" {
		return c, nil
	}
	return newAnswerConn(c), nil
}

// Write implements [net.Conn].
func (a *answerConn) Write(p []byte) (int, error) {
	a.asked.Store(true)
	return a.Conn.Write(p)
}

// Read implements [net.Conn].
func (a *answerConn) Read(p []byte) (int, error) {
	n, err := a.Conn.Read(p)
	if n > 0 && a.asked.Swap(false) && a.look.in == lookNowhere {
		a.look = answerLook{in: lookStatus}
	}
	if bad := a.look.look(p[:n]); bad != nil {
		return 0, bad
	}
	return n, err
}

// CloseWrite ends our direction where the connection can.
func (a *answerConn) CloseWrite() error { return netconn.CloseWrite(a.Conn) }

// RoundTrip sends r by t, which dials by [Dialled] and [DialledTLS], and puts back what
// net/http knows of TLS where it sees the connection itself.
func RoundTrip(t *http.Transport, r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != "https" {
		return t.RoundTrip(r)
	}
	var used *answerConn
	resp, err := t.RoundTrip(r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		GotConn: func(i httptrace.GotConnInfo) { used, _ = i.Conn.(*answerConn) },
	})))
	if err == nil && used != nil {
		resp.TLS = used.state
	}
	return resp, err
}

// answerReader is an answer that is looked at as it is read.
type answerReader struct {
	io.Reader
	look answerLook
}

// AnswerReader is r, which begins with an answer, looked at like a connection.
func AnswerReader(r io.Reader) io.Reader {
	return &answerReader{Reader: r, look: answerLook{in: lookStatus}}
}

// Read implements [io.Reader].
func (a *answerReader) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	if bad := a.look.look(p[:n]); bad != nil {
		return 0, bad
	}
	return n, err
}
