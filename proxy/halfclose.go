package proxy

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// ending keeps the end of a client's direction from net/http's server while a whole
// request is answered. nc, old HTTP libraries and health checks end their direction
// behind a request and wait (RFC 9293, section 3.6); the server reads ahead, takes
// the end for a departure and gives the exchange up. Whoever has left altogether
// looks the same: see departed, which has the last word on either.
type ending struct {
	mu       sync.Mutex
	deadline time.Time     // for reading
	closed   bool          // by us
	wake     chan struct{} // while an end is kept back
	// before is the deadline that stood when net/http stopped a read, as it has since
	// stopped is set.
	before  time.Time
	stopped bool
}

// keep is given how a read of one byte ended, and returns how it is to end. Servers
// of net/http read one byte, without a deadline, where they wait for nothing but the
// client's departure; an end in the middle of a request is never kept back.
func (e *ending) keep(size int, err error, p *progress) error {
	if size != 1 || !errors.Is(err, io.EOF) {
		return err
	}
	e.mu.Lock()
	if e.closed || !e.deadline.IsZero() {
		defer e.mu.Unlock()
		return e.overLocked(err)
	}
	p.ended.Store(true)
	wake := make(chan struct{})
	e.wake = wake
	e.mu.Unlock()
	<-wake
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.overLocked(err)
}

// overLocked is how a read ends that nothing is kept from any more.
func (e *ending) overLocked(err error) error {
	if !e.closed && !e.deadline.IsZero() && !e.deadline.After(time.Now()) {
		return os.ErrDeadlineExceeded // the answer is done, and the server reads on
	}
	return err
}

// longAgo is earlier than a deadline that is meant to be waited for.
const longAgo = time.Hour

// restored is the deadline that t, one of net/http's server, is to be. When an answer is
// out while its request's body is still read, the server stops that read by a time long
// ago, and then sets none at all, before it discards the rest of the body: it would wait
// for the rest for ever. What stood before stands again instead.
func (e *ending) restored(t time.Time) time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case !t.IsZero() && time.Since(t) > longAgo:
		if !e.stopped {
			e.before, e.stopped = e.deadline, true
		}
		return t
	case t.IsZero() && e.stopped:
		t = e.before
	}
	e.stopped = false
	return t
}

// until takes note of a deadline for reading.
func (e *ending) until(t time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.deadline = t; !t.IsZero() {
		e.wakeLocked()
	}
}

// close gives up what is kept back.
func (e *ending) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
	e.wakeLocked()
}

func (e *ending) wakeLocked() {
	if e.wake != nil {
		close(e.wake)
		e.wake = nil
	}
}

// SetDeadline implements [net.Conn].
func (c *frontConn) SetDeadline(t time.Time) error {
	defer c.ending.until(t)
	return c.Conn.SetDeadline(t)
}

// SetReadDeadline implements [net.Conn].
func (c *frontConn) SetReadDeadline(t time.Time) error {
	t = c.ending.restored(t)
	defer c.ending.until(t)
	return c.Conn.SetReadDeadline(t)
}

// SetDeadline implements [net.Conn].
func (c *innerConn) SetDeadline(t time.Time) error {
	defer c.ending.until(t)
	return c.Conn.SetDeadline(t)
}

// SetReadDeadline implements [net.Conn].
func (c *innerConn) SetReadDeadline(t time.Time) error {
	if !c.headBy.IsZero() && !t.IsZero() { // it is the one for the head
		if t.After(c.headBy) {
			t = c.headBy
		}
		c.headBy = time.Time{}
	}
	if c.coded != nil {
		t = c.ending.restored(t)
	}
	defer c.ending.until(t)
	return c.Conn.SetReadDeadline(t)
}

// accountOf is the progress that the tunnels look at: that of the connection below
// TLS.
func (c *innerConn) accountOf() *progress { return &accounted(c).progress }

var _, _ net.Conn = (*frontConn)(nil), (*innerConn)(nil)
