package h2

import (
	"net"
	"time"
)

// headClock limits the time that a head takes. net/http counts a connection as idle while
// one is on its way: a client that has begun one has as long for it as in HTTP/1.1, and one
// that asks nothing may be as silent.
type headClock struct {
	net.Conn
	limit  time.Duration // from a head's beginning to its end
	frames frames
	timed  uint64 // what the read deadline is for, by its number
}

// Read implements [net.Conn].
func (c *headClock) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.frames.feed(p[:n])
	switch {
	case !c.frames.underWay() && c.timed != 0:
		c.timed = 0
		_ = c.SetReadDeadline(time.Time{})
	case c.frames.underWay() && c.timed != c.frames.begun:
		c.timed = c.frames.begun
		_ = c.SetReadDeadline(time.Now().Add(c.limit))
	}
	return n, err
}
