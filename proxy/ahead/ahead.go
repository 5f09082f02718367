// Package ahead reads a stream so that whoever waits for it may stop waiting.
package ahead

import (
	"io"
	"time"
)

// Reader reads from another one so that whoever waits may stop waiting: a read that is
// under way when the time is over goes on, and what it brings comes first
// afterwards. Closing what is read from must end the read. It is for one
// goroutine.
type Reader struct {
	r    io.Reader
	size int // of one read
	buf  []byte
	got  chan piece
	rest piece // was read, and not yet taken
	wait bool  // a read is under way
}

type piece struct {
	p   []byte
	err error
}

// New reads from r, at most size bytes at a time.
func New(r io.Reader, size int) *Reader { return &Reader{r: r, size: size} }

// Next waits at most d for the next bytes or the end. It reports false when
// nothing came in time. The bytes are good until the next call.
func (a *Reader) Next(d time.Duration) (p []byte, err error, ok bool) {
	if a.Waits() {
		rest := a.rest
		a.rest = piece{}
		return rest.p, rest.err, true
	}
	if !a.wait {
		if a.got == nil {
			a.got, a.buf = make(chan piece, 1), make([]byte, a.size)
		}
		a.wait = true
		go func() {
			n, err := a.r.Read(a.buf)
			a.got <- piece{a.buf[:n], err}
		}()
	}
	limit := time.NewTimer(d)
	defer limit.Stop()
	select {
	case got := <-a.got:
		a.wait = false
		return got.p, got.err, true
	case <-limit.C:
		return nil, nil, false
	}
}

// Back puts p, the end of what Next returned last, and err back in front of the rest.
func (a *Reader) Back(p []byte, err error) { a.rest = piece{p, err} }

// Waits reports whether something was put back, or the end.
func (a *Reader) Waits() bool { return len(a.rest.p) > 0 || a.rest.err != nil }

// Read implements [io.Reader].
func (a *Reader) Read(p []byte) (int, error) {
	if a.wait {
		a.rest, a.wait = <-a.got, false
	}
	if len(a.rest.p) > 0 {
		n := copy(p, a.rest.p)
		clear(a.rest.p[:n])
		a.rest.p = a.rest.p[n:]
		return n, nil
	}
	if a.rest.err != nil {
		return 0, a.rest.err
	}
	return a.r.Read(p)
}
