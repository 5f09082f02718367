package proxy

import (
	"errors"
	"io"
	"net/http"
	"time"

	"sekisho/proxy/ahead"
	"sekisho/proxy/budget"
)

// watch lets an answer that goes through ReverseProxy be read. A document
// that must not be shown is an error; it is answered by failed.
func (f *forwarder) watch(resp *http.Response) error {
	v := visitOf(resp.Request.Context())
	if f.server.unread(v) {
		return nil
	}
	if resp.StatusCode == http.StatusSwitchingProtocols {
		if g := socketOf(resp.Request); g != nil {
			return g.agreed(resp.Header)
		}
		return nil // which ReverseProxy refuses
	}
	r := f.server.readAnswer(v, answerHead{request: resp.Request, status: resp.StatusCode, header: resp.Header, tls: resp.TLS})
	if r == nil {
		return nil
	}
	if !r.head() {
		r.close()
		_ = resp.Body.Close()
		return r.held
	}
	body := &readBody{ReadCloser: resp.Body, reading: r, left: resp.ContentLength, early: f.server.heldBytes.Hold(v.client)}
	resp.Body = body
	if !r.holds() {
		return nil
	}
	if held := body.hold(); held != nil {
		_ = body.Close()
		return held
	}
	r.begun = true
	if !r.done() && r.replaceable() { // room for what may have to stand in for the rest
		resp.ContentLength = -1
		resp.Header.Del("Content-Length")
	}
	return nil
}

// readBody is a response body that is read on its way. A piece that gives the
// site away is not passed on, and neither is anything behind it.
type readBody struct {
	io.ReadCloser
	reading *reading
	left    int64 // of the body, negative when that is not known
	early   budget.Holding
	given   int
	last    []byte // of what was held, without room in early
	ahead   *ahead.Reader
	end     error  // how the body ended, once it did
	rest    []byte // stands in for what must not be shown
}

// hold reads the document until it was judged, and returns why it must not be
// shown. Nothing of it has been shown then.
func (b *readBody) hold() error {
	b.ahead = ahead.New(b.ReadCloser, copyBuffer)
	for since := time.Now(); len(b.early.B) < maxDocument && !b.reading.done(); {
		stall, wait := b.reading.patience()
		if time.Since(since) >= wait {
			break
		}
		p, err, ok := b.ahead.Next(stall)
		if !ok {
			break
		}
		b.left -= int64(len(p))
		if !b.reading.feed(p) {
			return b.reading.stopped()
		}
		if !b.early.Room(len(p)) {
			b.last, b.end = p, err
			break
		}
		b.early.B = append(b.early.B, p...)
		if b.end = err; err == nil {
			continue
		}
		if !b.reading.end() {
			return b.reading.stopped()
		}
		return nil
	}
	if !b.reading.release() {
		return b.reading.stopped()
	}
	return nil
}

// Read implements [io.Reader].
func (b *readBody) Read(p []byte) (int, error) {
	if b.given < len(b.early.B) {
		n := copy(p, b.early.B[b.given:])
		if b.given += n; b.given == len(b.early.B) {
			b.early.Drop()
			b.given = 0
		}
		return n, nil
	}
	if len(b.last) > 0 {
		n := copy(p, b.last)
		b.last = b.last[n:]
		return n, nil
	}
	if b.rest != nil {
		n := copy(p, b.rest)
		if b.rest = b.rest[n:]; len(b.rest) == 0 {
			return n, io.EOF
		}
		return n, nil
	}
	n, err := b.next(p)
	b.left -= int64(n)
	if !b.reading.feed(p[:n]) || (b.left == 0 || errors.Is(err, io.EOF)) && !b.reading.end() {
		clear(p[:n])
		if b.rest = b.reading.rest(); b.ahead == nil || b.rest == nil {
			return 0, b.reading.stopped()
		}
		return b.Read(p)
	}
	return n, err
}

func (b *readBody) next(p []byte) (int, error) {
	switch {
	case b.ahead == nil:
		return b.ReadCloser.Read(p)
	case b.end == nil:
		return b.ahead.Read(p)
	}
	return 0, b.end
}

// Close implements [io.Closer].
func (b *readBody) Close() error {
	b.early.Drop()
	b.given = 0
	err := b.ReadCloser.Close()
	b.reading.close()
	return err
}
