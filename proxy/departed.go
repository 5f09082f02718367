package proxy

import (
	"net"
	"time"

	"sekisho/proxy/socket"
)

// A server reads ahead of the answer to notice that its client has left. net/http
// stops after one byte: whoever sends the beginning of another request and leaves is
// not seen to leave. And an end may be half a close (see ending). What nobody waits
// for any more is let go here, as RFC 9112, section 9.5, asks: closure is to be
// watched for constantly.
const (
	// departedEvery is how often connections that nobody reads are looked at.
	departedEvery = time.Second
	// halfClosedFor is how long a client that has ended its direction is still
	// waited for. It may want the answer (RFC 9293, section 3.6); browsers and
	// curl end both directions, which looks the same. Any byte of an answer begins
	// the time again.
	halfClosedFor = 2500 * time.Millisecond
	// unreadFor is as much where the kernel does not tell (see socket.PeerOf).
	unreadFor = 2 * time.Minute
)

// departed reports whether the client has left, or must be taken to have. It is
// asked at each tick by one goroutine. Whoever is being read from or written to is
// the reader's and the writer's business.
func (p *progress) departed() bool {
	at := p.at.Load()
	if at == 0 || p.busy.Load() != 0 {
		p.finished = time.Time{}
		return false
	}
	quiet := time.Since(time.Unix(0, at))
	if quiet < departedEvery {
		return false
	}
	state := socket.Unknown
	if p.raw != nil {
		state = socket.PeerOf(p.raw)
	}
	if state != socket.Gone && p.ended.Load() {
		state = socket.Finished
	}
	if state != socket.Finished {
		p.finished = time.Time{}
		return state == socket.Gone || state == socket.Unknown && quiet >= unreadFor
	}
	if p.finished.IsZero() {
		p.finished = time.Now()
	}
	return min(quiet, time.Since(p.finished)) >= halfClosedFor-departedEvery
}

// attach is told which connection this is the progress of, before anybody else
// knows of it.
func (p *progress) attach(c net.Conn) {
	p.raw = rawOf(socketBelow(c))
}

// endDeparted ends the intercepted tunnels whose clients have left.
func (ts *tunnels) endDeparted() {
	var left []ender
	ts.mu.Lock()
	for e := range ts.open {
		n, ok := e.(*innerConn)
		if r, relayed := e.(*relay); relayed {
			n, ok = accounted(r.client), true
		}
		if ok && n.departed() {
			left = append(left, e)
		}
	}
	ts.mu.Unlock()
	for _, e := range left {
		e.close()
	}
}

// endDeparted ends the connections of the front server whose clients have left.
func (l *limiter) endDeparted() {
	var left []*frontConn
	l.mu.Lock()
	for c := range l.held {
		if front, ok := c.(*frontConn); ok && front.departed() {
			left = append(left, front)
		}
	}
	l.mu.Unlock()
	for _, c := range left {
		c.letGo()
	}
}
