package proxy

import (
	"errors"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// clientBody is a request body whose Close ends a Read that is under way.
// ReverseProxy hands the transport a body whose Close does nothing; an origin
// that answers early (413, say) then leaves the transport waiting for a client
// that, its window full, waits for the answer.
type clientBody struct {
	io.ReadCloser
	w    http.ResponseWriter
	r    *http.Request
	h2   bool // there Close never blocks
	over atomic.Bool
	eof  atomic.Bool
	bad  atomic.Bool // what the client sent is no body
}

// bodyLinger is how long a client that stopped in the middle of a body is
// listened to once nobody wants the rest.
const bodyLinger = time.Second

func newClientBody(w http.ResponseWriter, r *http.Request) *clientBody {
	return &clientBody{ReadCloser: r.Body, w: w, r: r, h2: r.ProtoMajor == 2}
}

// Read implements [io.Reader].
func (b *clientBody) Read(p []byte) (int, error) {
	if b.over.Load() {
		return 0, http.ErrBodyReadAfterClose
	}
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		b.eof.Store(true)
		var network net.Error
		b.bad.Store(!errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.As(err, &network) && b.r.Context().Err() == nil)
	}
	return n, err
}

// Close implements [io.Closer]. In HTTP/1.1 a body's own Close waits for the
// Read that it should end, so the connection's read deadline ends it. The
// deadline lies a moment ahead: the server wants to read on a little before it
// closes, lest a reset overtake the answer.
func (b *clientBody) Close() error {
	if b.over.Swap(true) || b.eof.Load() {
		return nil
	}
	if b.h2 {
		return b.ReadCloser.Close()
	}
	return http.NewResponseController(b.w).SetReadDeadline(time.Now().Add(bodyLinger))
}
