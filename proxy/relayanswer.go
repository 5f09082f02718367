package proxy

import (
	"errors"
	"io"
	"os"
	"time"

	"sekisho/interstitial"
	"sekisho/proxy/h1"
)

// roundTrip sends a request head to up and passes the answer to the client. An
// error before answer.begun leaves the client untouched.
func (r *relay) roundTrip(b *buffer, up *upstream, request []byte, req h1.Request) (answer answered, reusable bool, err error) {
	defer r.stopWatch()
	if _, err := up.Write(request); err != nil {
		return answered{silent: true}, false, err
	}
	closing := req.Close || r.closing.Load()
	for {
		head, more, err := r.readAnswerHead(b, up)
		if err != nil {
			answer.silent = errors.Is(err, errSilent)
			return answer, false, err
		}
		out, resp, ok := h1.AppendResponse(b.out[:0], head, req.Head, closing)
		if !ok {
			up.keep(b.up[:len(head)+len(more)])
			return answer, false, errNotPlain
		}
		if resp.Status >= 200 {
			answer.closed = closing || resp.Framing == h1.UntilClose
			if resp.SetsCookie {
				r.sets(head)
			}
			if read := r.reader(head, resp, up); read != nil {
				reusable, err = r.passReading(b, up, resp, out, more, read, &answer)
			} else {
				reusable, err = r.passBody(b, up, resp, out, more)
				answer.begun = !errors.Is(err, errBadBody)
				if e := r.endBulk(up); err == nil {
					err = e
				}
			}
			answer.cut = resp.Framing == h1.UntilClose && up.cut()
			return answer, reusable, err
		}
		// 100 was not asked for, and 103 is a hint: neither ends the wait.
		answer.hinted = true
		if _, err := r.client.Write(out); err != nil {
			return answer, false, errClientGone
		}
		up.keep(more)
	}
}

// readAnswerHead reads a whole head from up, and returns it with the bytes
// that came behind it.
func (r *relay) readAnswerHead(b *buffer, up *upstream) (head, more []byte, err error) {
	have := copy(b.up[:], up.early)
	up.early = nil
	looked := 0
	for {
		end := h1.End(b.up[:have], looked)
		if end > 0 {
			return b.up[:end], b.up[end:have], nil
		}
		if looked = have; end < 0 || have >= h1.MaxHead {
			up.keep(b.up[:have])
			return nil, nil, errNotPlain
		}
		n, err := r.readOrigin(up, b.up[have:])
		have += n
		switch {
		case n > 0 || err == nil:
		case have > 0:
			up.keep(b.up[:have])
			return nil, nil, errNotPlain
		default:
			return nil, nil, errors.Join(errSilent, err)
		}
	}
}

// errSilent is a connection that ended without a byte of an answer: one that
// the origin had closed while it was idle.
var errSilent = errors.New("no answer")

// readOrigin reads from up. A client that leaves while the origin is slow is
// noticed.
func (r *relay) readOrigin(up *upstream, p []byte) (int, error) {
	if r.watched() {
		return up.Read(p)
	}
	if r.bulk.buffer == nil { // else readAhead does it
		up.hasten(time.Now())
	}
	n, err := up.Read(p)
	if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		return n, err
	}
	_ = up.SetReadDeadline(time.Time{})
	r.startWatch(up)
	return up.Read(p)
}

// errBadBody is a body that is malformed from the start.
var errBadBody error = &failure{
	code: interstitial.CodeUpstreamInvalid, detail: "the site's answer is not valid HTTP", err: errors.New("malformed chunked coding"),
}

// errBroken is an answer that the origin broke off, of which the client knows how
// long it should have been.
var errBroken = errors.New("the origin broke the answer off")

// brokenOff is the error of an answer from up that ends before its end, by err.
// Without a length nothing but a reset tells the client; else what was written
// arrives first, and the end is like the origin's.
func brokenOff(resp h1.Response, up *upstream, err error) error {
	switch {
	case resp.Framing == h1.UntilClose:
		return io.ErrUnexpectedEOF
	case up.cut() || !errors.Is(err, io.EOF):
		return errCut
	}
	return errBroken
}

// passBody sends the head in out and the body, whose first bytes are more, to
// the client, as it comes. It reports whether up may carry another request.
func (r *relay) passBody(b *buffer, up *upstream, resp h1.Response, out, more []byte) (reusable bool, err error) {
	body := h1.BodyOf(resp)
	n, ok := body.Take(more)
	if !ok {
		return false, errBadBody // nothing went out: there is still a page to show
	}
	out = append(out, more[:n]...) // one write, one record, one packet
	passed := 0
	for {
		if !ok {
			return false, io.ErrUnexpectedEOF
		}
		if len(out) > 0 {
			if _, err := r.client.Write(out); err != nil {
				return false, err
			}
		}
		if body.Ended() {
			// Bytes behind the body belong to no request.
			return n == len(more) && !resp.Close, nil
		}
		if passed < bulkAfter {
			if passed += len(out); passed >= bulkAfter {
				r.beginBulk(up)
			}
		}
		m, err := r.readOrigin(up, b.up[:])
		if m == 0 && errors.Is(err, io.EOF) && resp.Framing == h1.UntilClose {
			return false, nil
		}
		if m == 0 && err != nil {
			return false, brokenOff(resp, up, err)
		}
		more = b.up[:m]
		n, ok = body.Take(more)
		out = more[:n]
	}
}
