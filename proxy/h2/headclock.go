// Package h2 knows of a client's bytes of HTTP/2 whether a head has begun that is not whole,
// and limits the time that it has.
package h2

import (
	"encoding/binary"
	"net"
	"time"
)

// HeadClock is an intercepted connection of HTTP/2, above its TLS. net/http counts it
// as idle while a head is on its way, which has no limit of its own there: a client
// that has begun one has as long for it as in HTTP/1.1, and one that asks nothing may
// be as silent.
type HeadClock struct {
	net.Conn               // whose TLS the server does not see
	Limit    time.Duration // from a head's beginning to its end
	frames   frames
	timed    uint64 // what the read deadline is for, by its number
}

// Read implements [net.Conn].
func (c *HeadClock) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.frames.feed(p[:n])
	switch {
	case !c.frames.underWay() && c.timed != 0:
		c.timed = 0
		_ = c.SetReadDeadline(time.Time{})
	case c.frames.underWay() && c.timed != c.frames.begun:
		c.timed = c.frames.begun
		_ = c.SetReadDeadline(time.Now().Add(c.Limit))
	}
	return n, err
}

// frames knows, of a client's bytes of HTTP/2, whether a head has begun and is not
// whole (RFC 9113, sections 4.1 and 6.10). It trusts nothing of them: the server judges
// them. The zero value stands at the beginning of a connection.
type frames struct {
	inHead bool
	begun  uint64 // frames, but those that go on with a head
	past   int    // bytes that were passed of the preface
	left   int    // of a frame's payload
	header [9]byte
	n      int // bytes of header that are here
}

const (
	prefaceLength = 24 // RFC 9113, section 3.4

	frameHeaders      = 1
	frameContinuation = 9
	flagEndHeaders    = 4
)

// underWay reports whether a head has begun and is not whole, or the beginning of a frame,
// which may be that of one.
func (f *frames) underWay() bool { return f.inHead || f.n > 0 }

// feed takes the next bytes.
func (f *frames) feed(p []byte) {
	preface := min(prefaceLength-f.past, len(p))
	f.past += preface
	for p = p[preface:]; len(p) > 0; {
		if f.left > 0 {
			n := min(f.left, len(p))
			f.left, p = f.left-n, p[n:]
		} else {
			if f.n == 0 && !f.inHead {
				f.begun++
			}
			n := copy(f.header[f.n:], p)
			f.n, p = f.n+n, p[n:]
			if f.n < len(f.header) {
				return
			}
			f.n, f.left = 0, int(binary.BigEndian.Uint32(f.header[:4])>>8)
			if f.header[3] == frameHeaders {
				f.inHead = true
			}
		}
		if f.left == 0 {
			f.ended()
		}
	}
}

// ended is at the end of a frame.
func (f *frames) ended() {
	switch f.header[3] {
	case frameHeaders, frameContinuation:
		f.inHead = f.inHead && f.header[4]&flagEndHeaders == 0
	}
}
