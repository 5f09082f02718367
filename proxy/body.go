package proxy

import (
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// clientBody is a request body whose Close ends a Read that is under way.
// ReverseProxy hands the transport a body whose Close does nothing; an origin
// that answers early (413, say) then leaves the transport waiting for a client
// that, its window full, waits for the answer. What was read before the origin
// was asked, to be judged, comes first.
type clientBody struct {
	io.ReadCloser
	w    http.ResponseWriter
	r    *http.Request
	h2   bool // there Close never blocks
	over atomic.Bool
	eof  atomic.Bool
	bad  atomic.Bool // what the client sent is no body

	mu    sync.Mutex // the transport may read while the handler closes
	early holding
	given int    // of early
	end   error  // how the body ended, once it did
	ahead *ahead // reads on when the client was slow; nil otherwise
	// follow judges what was not held, as it passes; nil when all was.
	follow *following
	call   *call // judges messages one by one; nil for other bodies
	// batches judges what is streamed with pauses; nil otherwise.
	batches *batches
}

// bothWays lets an answer go out while the body is not all there. Otherwise
// net/http reads the rest of it first, from a client that may be waiting for
// the answer. HTTP/2 does so anyhow.
func bothWays(w http.ResponseWriter, r *http.Request) {
	if r.ProtoMajor == 1 {
		_ = http.NewResponseController(w).EnableFullDuplex()
	}
}

const (
	// bodyLinger is how long a client that stopped in the middle of a body is
	// listened to once nobody wants the rest.
	bodyLinger = time.Second
	// maxLinger is how much of the rest is read.
	maxLinger = 16 << 20
)

// linger reads on a little when the answer is out and the client still sends:
// a reset would overtake the answer. HTTP/2 can tell its client to stop.
func (b *clientBody) linger() {
	if b.h2 || b.eof.Load() || b.over.Load() {
		return
	}
	b.over.Store(true) // for the transport
	control := http.NewResponseController(b.w)
	_ = control.Flush()
	buf := make([]byte, bodyStep)
	for left := maxLinger; left > 0; {
		_ = control.SetReadDeadline(time.Now().Add(bodyLinger))
		n, err := b.ReadCloser.Read(buf)
		if left -= n; err != nil {
			b.eof.Store(errors.Is(err, io.EOF))
			break
		}
	}
	b.over.Store(false) // for Close, which lets go of the rest
}

func newClientBody(s *Server, w http.ResponseWriter, r *http.Request, v *visit) *clientBody {
	return &clientBody{ReadCloser: r.Body, w: w, r: r, h2: r.ProtoMajor == 2, early: holding{budget: &s.heldBytes, client: v.client}}
}

// Read implements [io.Reader].
func (b *clientBody) Read(p []byte) (int, error) {
	if b.over.Load() {
		return 0, http.ErrBodyReadAfterClose
	}
	if n := b.readEarly(p); n > 0 {
		return n, nil
	}
	switch {
	case b.follow != nil:
		return b.follow.read(p, b)
	case b.call != nil:
		return b.call.read(p, b)
	case b.batches != nil:
		return b.batches.read(p, b)
	}
	return b.read(p)
}

// readEarly gives out what was held, and its memory back with the last of it.
func (b *clientBody) readEarly(p []byte) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := copy(p, b.early.b[b.given:])
	if b.given += n; b.given == len(b.early.b) {
		b.early.drop()
		b.given = 0
	}
	return n
}

// read reads what the client sends.
func (b *clientBody) read(p []byte) (n int, err error) {
	if b.end != nil {
		return 0, b.end
	}
	if b.ahead != nil {
		n, err = b.ahead.Read(p)
	} else {
		n, err = b.ReadCloser.Read(p)
	}
	b.ended(err)
	return n, err
}

// ended takes note of how the body ended, if it did.
func (b *clientBody) ended(err error) {
	if err == nil {
		return
	}
	b.end = err
	b.eof.Store(true)
	var network net.Error
	b.bad.Store(!errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.As(err, &network) && b.r.Context().Err() == nil)
}

// Close implements [io.Closer]. In HTTP/1.1 a body's own Close waits for the
// Read that it should end, so the connection's read deadline ends it. The
// deadline lies a moment ahead: the server wants to read on a little before it
// closes, lest a reset overtake the answer.
func (b *clientBody) Close() error {
	if b.over.Swap(true) {
		return nil
	}
	b.mu.Lock()
	b.early.drop()
	b.given = 0
	b.mu.Unlock()
	if b.follow != nil {
		b.follow.close()
	}
	if b.call != nil {
		b.call.close()
	}
	if b.batches != nil {
		b.batches.close()
	}
	if b.eof.Load() {
		return nil
	}
	if b.h2 {
		return b.ReadCloser.Close()
	}
	return http.NewResponseController(b.w).SetReadDeadline(time.Now().Add(bodyLinger))
}
