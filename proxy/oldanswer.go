package proxy

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"

	"sekisho/proxy/h1"
	"sekisho/proxy/netconn"
)

// errOldCoding is an HTTP/1.0 answer with a transfer coding.
var errOldCoding = errors.New("malformed HTTP response: a transfer coding in HTTP/1.0")

// answerLook reads the heads of answers as they pass, as far as HTTP/1.0 goes.
type answerLook struct {
	in   lookState
	old  bool     // the head is of HTTP/1.0
	line [19]byte // how the line begins
	n    int      // how much of it is here; more when it is longer
}

type lookState uint8

const (
	lookNowhere lookState = iota // a body, or nothing of interest
	lookStatus
	lookFields
	lookInterim // the fields of an answer that is not the last
	lookRefused
)

// look returns [errOldCoding] when the bytes that came end the first line that says
// so, and ever after: a reader may forget an error that came with half a line.
func (l *answerLook) look(p []byte) error {
	if l.in == lookRefused {
		return errOldCoding
	}
	for len(p) > 0 && l.in != lookNowhere {
		end := bytes.IndexByte(p, '\n')
		piece := p
		if end >= 0 {
			piece = p[:end]
		}
		if l.n < len(l.line) {
			copy(l.line[l.n:], piece)
		}
		l.n += len(piece)
		if end < 0 {
			return nil
		}
		if err := l.ended(); err != nil {
			return err
		}
		p = p[end+1:]
	}
	return nil
}

// ended takes the line that is whole now.
func (l *answerLook) ended() error {
	line := bytes.TrimSuffix(l.line[:min(l.n, len(l.line))], []byte("\r"))
	l.n = 0
	switch {
	case l.in == lookStatus:
		l.status(line)
	case len(line) == 0 && l.in == lookInterim:
		l.in = lookStatus
	case len(line) == 0:
		l.in = lookNowhere
	case l.old && h1.HasPrefixFold(line, codedField[:len(codedField)-1]):
		l.in = lookRefused
		return errOldCoding
	}
	return nil
}

func (l *answerLook) status(line []byte) {
	l.old = bytes.HasPrefix(line, []byte("HTTP/1.0 "))
	switch {
	case len(line) > 9 && bytes.HasPrefix(line, []byte("HTTP/1.")) && line[9] == '1' && !bytes.HasPrefix(line[9:], []byte("101")):
		l.in = lookInterim
	case l.old:
		l.in = lookFields
	default:
		l.in = lookNowhere
	}
}

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

// looked is c with its answers looked at.
func looked(c net.Conn, err error) (net.Conn, error) {
	if err != nil {
		return nil, err
	}
	return newAnswerConn(c), nil
}

// lookedTLS leaves HTTP/2 alone, which has no versions to take for another.
func lookedTLS(c *tls.Conn, err error) (net.Conn, error) {
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

// roundTrip sends r by t, whose connections are answerConns, and puts back what
// net/http knows of TLS where it sees the connection itself.
func roundTrip(t *http.Transport, r *http.Request) (*http.Response, error) {
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

// Read implements [io.Reader].
func (a *answerReader) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	if bad := a.look.look(p[:n]); bad != nil {
		return 0, bad
	}
	return n, err
}
