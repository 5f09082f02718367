package proxy

import (
	"errors"
	"os"
	"time"

	"sekisho/proxy/h1"
)

// await waits for the first byte of a request.
func (r *relay) await() bool {
	if len(r.pending) > 0 {
		return !r.closing.Load()
	}
	r.idle.Store(true)
	defer r.idle.Store(false)
	r.arm()
	if r.closing.Load() {
		return false
	}
	if n, err := r.client.Read(r.first[:]); n == 0 || err != nil {
		return false
	}
	r.pending = r.first[:]
	return true
}

// arm has a read end when nothing was said for bounds.idle, or up to a sixteenth of
// that earlier: on a busy connection the deadline is not moved for each request.
func (r *relay) arm() {
	at, idle := r.lower.at.Load(), r.server.bounds.idle
	if r.armed == 0 || at-r.armed > int64(idle/16) {
		_ = r.client.SetReadDeadline(time.Unix(0, at).Add(idle))
		r.armed = at
	}
}

// readHead reads until r.pending begins with a whole head.
func (r *relay) readHead(b *buffer) (head []byte, err error) {
	looked, deadline := 0, false
	for {
		n := h1.End(r.pending, looked)
		if n > 0 {
			r.headBy = time.Time{}
			return r.pending[:n], nil
		}
		looked = len(r.pending)
		if n < 0 || looked >= h1.MaxHead {
			return nil, errNotPlain
		}
		n, err = r.received(b.in[looked:])
		if errors.Is(err, os.ErrDeadlineExceeded) {
			if !deadline {
				deadline, r.armed = true, 0
				if r.headBy.IsZero() {
					r.headBy = time.Now().Add(r.server.bounds.head)
				}
				_ = r.client.SetReadDeadline(r.headBy)
			}
			n, err = r.client.Read(b.in[looked:])
		}
		r.pending = b.in[:looked+n]
		if n == 0 && err != nil {
			return nil, err
		}
	}
}

// received reads what came already: most heads are in one record, of which await took
// a byte, and need no deadline for the rest.
func (r *relay) received(p []byte) (int, error) {
	r.lower.deaf = true
	n, err := r.client.Read(p)
	r.lower.deaf = false
	return n, err
}
