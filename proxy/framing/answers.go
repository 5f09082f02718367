package framing

import (
	"bufio"
	"bytes"
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
	use   atomic.Pointer[use] // by the request under way
}

// use is one request's of a connection.
type use struct {
	conn   *answerConn
	head   bool   // was read
	listed []byte // by Connection in it; written once, before the answer is handed on
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
		a.look.begin()
	}
	reading := a.look.in != lookNowhere
	if bad := a.look.look(p[:n]); bad != nil {
		return 0, bad
	}
	if reading && a.look.in == lookNowhere {
		if u := a.use.Load(); u != nil && !u.head {
			u.head, u.listed = true, a.look.listed
		}
	}
	return n, err
}

// CloseWrite ends our direction where the connection can.
func (a *answerConn) CloseWrite() error { return netconn.CloseWrite(a.Conn) }

// RoundTrip sends r by t, which dials by [Dialled] and [DialledTLS], and puts back what
// net/http knows of TLS where it sees the connection itself. What the answer's Connection
// lists is taken out of it: net/http forgets the list where "close" is in it, and such
// fields were for this connection alone (RFC 9110, section 7.6.1).
func RoundTrip(t *http.Transport, r *http.Request) (*http.Response, error) {
	var u *use
	resp, err := t.RoundTrip(r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		GotConn: func(i httptrace.GotConnInfo) {
			u = nil
			if a, ok := i.Conn.(*answerConn); ok {
				u = &use{conn: a}
				a.use.Store(u)
			}
		},
	})))
	if err == nil && u != nil {
		if u.conn.state != nil {
			resp.TLS = u.conn.state
		}
		removeListed(resp.Header, u.listed)
	}
	return resp, err
}

// removeListed removes the fields of h that are listed, parted by commas.
func removeListed(h http.Header, listed []byte) {
	for name := range bytes.SplitSeq(listed, []byte(",")) {
		if name = bytes.TrimSpace(name); len(name) > 0 {
			h.Del(string(name))
		}
	}
}

// Answers reads the answers on a connection that nobody else reads from, as one of
// [Dialled] does.
type Answers struct {
	looked looking
	br     *bufio.Reader
}

// looking is what answers are read from, with a look at them.
type looking struct {
	io.Reader
	look answerLook
}

// Read implements [io.Reader].
func (l *looking) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	if bad := l.look.look(p[:n]); bad != nil {
		return 0, bad
	}
	return n, err
}

// NewAnswers returns the answers in r, of which as much is read at a time as a head
// may measure on most sites.
func NewAnswers(r io.Reader) *Answers {
	a := &Answers{looked: looking{Reader: r, look: answerLook{in: lookStatus}}}
	a.br = bufio.NewReaderSize(&a.looked, 16<<10)
	return a
}

// Next is [http.ReadResponse] for the next answer to r, without what its Connection
// lists; all are interim but the last.
func (a *Answers) Next(r *http.Request) (*http.Response, error) {
	resp, err := http.ReadResponse(a.br, r)
	if err == nil {
		removeListed(resp.Header, a.looked.look.listed)
	}
	return resp, err
}
