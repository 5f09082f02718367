package proxy

import (
	"errors"
	"io"
	"os"
	"time"

	"sekisho/proxy/budget"
	"sekisho/proxy/h1"
)

// passReading is passBody for an answer that is read. A document is kept back
// until it was judged; one that must not be shown is the error, with nothing
// begun, so that the inner server answers in its place. out has the head.
func (r *relay) passReading(b *buffer, up *upstream, resp h1.Response, out, more []byte, read *reading, answer *answered) (reusable bool, err error) {
	defer read.close()
	if !read.head() {
		return false, read.held
	}
	p := readPassage{
		relay: r, b: b, up: up, resp: resp, read: read, answer: answer,
		to:   outlet{w: r.client, head: len(out), length: resp.Framing == h1.Length},
		body: h1.BodyOf(resp), early: r.server.heldBytes.Hold(read.visit.client),
		holds: read.holds(), since: time.Now(),
	}
	defer p.early.Drop()
	for first := true; ; first = false {
		was := p.body
		n, ok := p.body.TakeData(more, read.feed)
		ended := ok && p.body.Ended()
		switch {
		case ended && !read.end() || read.stopped() != nil:
			return false, p.to.replaceRest(read, answer, was)
		case !ok && !answer.begun:
			return false, errBadBody // nothing went out: there is still a page to show
		case !ok:
			return false, io.ErrUnexpectedEOF
		}
		if first {
			out = append(out, more[:n]...)
		} else {
			out = more[:n]
		}
		if err := p.pass(out, ended); err != nil {
			return false, err
		}
		if ended {
			return n == len(more) && !resp.Close, nil
		}
		if more, err = p.next(); more == nil {
			return false, err
		}
	}
}

// readPassage is an answer that is read on its way from up to the client.
type readPassage struct {
	*relay
	b      *buffer
	up     *upstream
	resp   h1.Response
	read   *reading
	answer *answered
	to     outlet
	body   h1.Body

	early budget.Holding // what is kept back
	holds bool           // whether anything is
	since time.Time      // when that began
	stall time.Duration  // how long the origin may bring nothing meanwhile
}

// pass sends out, which has the end if ended is set, or keeps it back.
func (p *readPassage) pass(out []byte, ended bool) error {
	if p.holds = p.holds && !ended && !p.read.done() && len(p.early.B) < maxDocument && p.early.Room(len(out)); p.holds {
		p.early.B = append(p.early.B, out...)
		out = nil
		var wait time.Duration
		p.stall, wait = p.read.patience()
		p.holds = time.Since(p.since) < wait
	}
	if p.holds {
		return nil
	}
	return p.release(out, ended)
}

// release sends what was kept back, and out behind it.
func (p *readPassage) release(out []byte, ended bool) error {
	return p.to.release(&p.early, out, p.answer, p.read, ended)
}

// next reads what comes next: nil, with the error if there is one, when nothing does.
func (p *readPassage) next() ([]byte, error) {
	n, err := p.receive()
	if p.holds && errors.Is(err, os.ErrDeadlineExceeded) {
		if err := p.release(nil, false); err != nil {
			return nil, err
		}
		p.holds = false
		n, err = p.receive()
	}
	switch {
	case n > 0 || err == nil:
		return p.b.up[:n], nil
	case !errors.Is(err, io.EOF) || p.resp.Framing != h1.UntilClose:
		if err := p.release(nil, false); err != nil {
			return nil, err
		}
		return nil, brokenOff(p.resp, p.up, err)
	case !p.read.end():
		return nil, p.to.replaceRest(p.read, p.answer, p.body)
	}
	return nil, p.release(nil, true)
}

// receive reads from the origin, and not for longer than stall while a document is
// kept back.
func (p *readPassage) receive() (int, error) {
	if !p.holds {
		_ = p.up.SetReadDeadline(time.Time{})
		return p.readOrigin(p.up, p.b.up[:])
	}
	_ = p.up.SetReadDeadline(time.Now().Add(p.stall))
	return p.up.Read(p.b.up[:])
}
