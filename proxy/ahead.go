package proxy

import (
	"io"
	"time"
)

// ahead reads from r so that whoever waits may stop waiting: a read that is
// under way when the time is over goes on, and what it brings comes first
// afterwards. Closing what r reads from must end the read. It is for one
// goroutine.
type ahead struct {
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

func newAhead(r io.Reader, size int) *ahead { return &ahead{r: r, size: size} }

// next waits at most d for the next bytes or the end. It reports false when
// nothing came in time. The bytes are good until the next call.
func (a *ahead) next(d time.Duration) (p []byte, err error, ok bool) {
	if rest := a.rest; len(rest.p) > 0 || rest.err != nil {
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

// Read implements [io.Reader].
func (a *ahead) Read(p []byte) (int, error) {
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
