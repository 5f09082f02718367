package proxy

import (
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"sekisho/proxy/netconn"
	"sekisho/proxy/upload"
)

// A client may still send when its answer is complete: a body that nobody wants, or
// what follows a request that could not be read. Two things must not become of that.
// The kernel resets a connection that is closed with unread bytes in it, and the
// reset overtakes the answer (RFC 9112, section 9.6). And no such byte may be read as
// the beginning of a request: a page chooses the bytes of its bodies, and would have
// the browser take an answer that it ordered for that to its next request.

const (
	// lingerTime and lingerBytes bound what is still taken from such a client, and
	// lingerSilence how long nothing may come.
	lingerTime    = 5 * time.Second
	lingerSilence = 2 * time.Second
	lingerBytes   = 16 << 20
)

// parting is how a client's connection ends.
type parting struct {
	unread atomic.Bool // what the client sends may find no reader
	taken  atomic.Bool // somebody waits for its end already
	broken atomic.Bool // an answer was cut, and nothing but a reset tells that
}

// breaks takes note that the answer to r, whose header is h, is cut. HTTP/1.0 knows no
// chunks: without a length its end is that of the connection, and half an answer would
// look whole.
func (p *parting) breaks(r *http.Request, h http.Header) {
	if p != nil && !r.ProtoAtLeast(1, 1) && h.Get("Content-Length") == "" {
		p.broken.Store(true)
	}
}

// end comes before conn is closed.
func (p *parting) end(conn net.Conn) {
	if !p.broken.Load() {
		p.linger(conn)
		return
	}
	socket := bottom(conn)
	if tcp, ok := socket.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = socket.Close() // before TLS says that it was the end
}

// linger ends our direction of conn, and takes what the client still sends until it
// has ended its own. It does so once: whoever closes conn meanwhile is in a hurry.
func (p *parting) linger(conn net.Conn) {
	if !p.unread.Load() || p.taken.Swap(true) || netconn.CloseWrite(conn) != nil {
		return
	}
	socket := bottom(conn)
	if socket != conn { // below TLS, whose word for it is out
		_ = netconn.CloseWrite(socket)
	}
	buf := make([]byte, copyBuffer)
	end := time.Now().Add(lingerTime)
	for left := lingerBytes; left > 0; {
		now := time.Now()
		if !now.Before(end) {
			return
		}
		limit := now.Add(lingerSilence)
		if limit.After(end) {
			limit = end
		}
		_ = socket.SetReadDeadline(limit)
		n, err := socket.Read(buf)
		if left -= n; err != nil {
			return
		}
	}
}

// partingOf is that of the connection that r came on, or nil: in HTTP/2 a server
// tells its client to stop.
func partingOf(r *http.Request) *parting {
	c, _ := r.Context().Value(framedKey{}).(*framed)
	if c == nil || r.ProtoMajor != 1 {
		return nil
	}
	return &c.parting
}

// unlessWhole takes note that body was not read to its end.
func (p *parting) unlessWhole(body *upload.Body) {
	if !body.Whole() {
		p.unread.Store(true)
	}
}

// lastAnswer says in the head of an answer that the connection ends with it, where
// the request's body has not been read to its end by then.
type lastAnswer struct {
	http.ResponseWriter
	body  *upload.Body
	begun bool
}

// WriteHeader implements [http.ResponseWriter].
func (w *lastAnswer) WriteHeader(status int) {
	if status >= 200 && !w.begun {
		w.begun = true
		if !w.body.Whole() {
			w.Header().Set("Connection", "close")
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (w *lastAnswer) Write(p []byte) (int, error) {
	if !w.begun {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets [http.ResponseController] reach the writer below.
func (w *lastAnswer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
