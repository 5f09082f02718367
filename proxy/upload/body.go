package upload

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"sekisho/guard"
	"sekisho/proxy/ahead"
	"sekisho/proxy/budget"
)

// Body is a request body whose Close ends a Read that is under way.
// ReverseProxy hands the transport a body whose Close does nothing; an origin
// that answers early (413, say) then leaves the transport waiting for a client
// that, its window full, waits for the answer. What was read before the origin
// was asked, to be judged, comes first.
type Body struct {
	io.ReadCloser
	memory *budget.Budget
	client netip.Addr

	w  http.ResponseWriter
	r  *http.Request
	h2 bool // there Close never blocks
	// stall is how long it may bring nothing while it is held.
	stall time.Duration
	over  atomic.Bool
	eof   atomic.Bool
	// whole says that the body was read to its proper end.
	whole atomic.Bool
	bad   atomic.Bool // what the client sent is no body

	mu    sync.Mutex // the transport may read while the handler closes
	early budget.Holding
	given int           // of early
	end   error         // how the body ended, once it did
	ahead *ahead.Reader // reads on when the client was slow; nil otherwise
	// follow judges what was not held, as it passes; nil when all was.
	follow *following
	call   *call // judges messages one by one; nil for other bodies
	// batches judges what is streamed with pauses; nil otherwise.
	batches *batches
}

// BothWays lets an answer go out while the body is not all there. Otherwise
// net/http reads the rest of it first, from a client that may be waiting for
// the answer. HTTP/2 does so anyhow.
func BothWays(w http.ResponseWriter, r *http.Request) {
	if r.ProtoMajor == 1 {
		_ = http.NewResponseController(w).EnableFullDuplex()
	}
}

// bodyLinger is how long net/http, which wants the rest of a body, is left to wait
// for it when the answer is out.
const bodyLinger = time.Second

// New is the body of r, which client sent. What is held of it has room in memory; stall
// is how long it may bring nothing meanwhile, if its length is known.
func New(w http.ResponseWriter, r *http.Request, memory *budget.Budget, client netip.Addr, stall time.Duration) *Body {
	return &Body{
		ReadCloser: r.Body, memory: memory, client: client,
		w: w, r: r, h2: r.ProtoMajor == 2, stall: stall, early: memory.Hold(client),
	}
}

// Early is what was held of it.
func (b *Body) Early() []byte { return b.early.B }

// Ended reports whether it was read to its end, or what there is of it.
func (b *Body) Ended() bool { return b.end != nil }

// Whole reports whether it was read to its proper end.
func (b *Body) Whole() bool { return b.whole.Load() }

// Malformed reports whether what the client sent is no body.
func (b *Body) Malformed() bool { return b.bad.Load() }

// Batch has the rest judged with each pause, as what is streamed. What was held was
// judged, with the finding of which seen is the digest.
// It returns when the request's head may leave. What a page streams has no answer before
// its end, so that its head waits for the first that may leave of the body; the error is
// why none will.
func (b *Body) Batch(j Judge, head guard.Head, seen uint64) error {
	b.batches = newBatches(j, b.r, head, &b.early, seen)
	return b.batches.begin(b)
}

// Follow has the rest judged as it passes, behind what was held and judged.
func (b *Body) Follow(j Judge, head guard.Head, x guard.Hints) {
	b.follow = newFollowing(j, b.r, head, x, b.early.B)
}

// Read implements [io.Reader].
func (b *Body) Read(p []byte) (int, error) {
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
func (b *Body) readEarly(p []byte) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := copy(p, b.early.B[b.given:])
	if b.given += n; b.given == len(b.early.B) {
		b.early.Drop()
		b.given = 0
	}
	return n
}

// read reads what the client sends.
func (b *Body) read(p []byte) (n int, err error) {
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

// unfitTrailers would say where a body ends behind its end; RFC 9110, section 6.5.1,
// has them dropped.
var unfitTrailers = []string{"Content-Length", "Transfer-Encoding", "Trailer"}

// ended takes note of how the body ended, if it did.
func (b *Body) ended(err error) {
	if err == nil {
		return
	}
	b.end = err
	b.eof.Store(true)
	b.whole.Store(errors.Is(err, io.EOF))
	for _, name := range unfitTrailers {
		delete(b.r.Trailer, name) // which was filled in just now
	}
	var network net.Error
	b.bad.Store(!errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.As(err, &network) && b.r.Context().Err() == nil)
}

// Stopped is what a [Judge] said that ended the body, or nil.
func (b *Body) Stopped() error {
	switch {
	case b == nil:
	case b.call != nil:
		return b.call.stopped()
	case b.batches != nil:
		return b.batches.stopped()
	case b.follow != nil:
		return b.follow.stopped()
	}
	return nil
}

// Close implements [io.Closer]. In HTTP/1.1 a body's own Close waits for the
// Read that it should end, so the connection's read deadline ends it. The
// deadline lies a moment ahead: the server wants to read on a little. What is behind
// that is the connection's business; see parting.
func (b *Body) Close() error {
	if b.over.Swap(true) {
		return nil
	}
	b.mu.Lock()
	b.early.Drop()
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
