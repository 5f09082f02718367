package tlsflight

import (
	"errors"
	"net"
	"sync/atomic"
	"time"

	"sekisho/proxy/netconn"
)

// maxFlight bounds what is kept of one side's handshake until it is told apart.
const maxFlight = 64 << 10

// meeting is a handshake between a client and the origin that insists.
type meeting struct {
	client, origin net.Conn
	said           []byte // by the client, behind what was passed on
	hellos         chan serverHello
	retried        bool          // a HelloRetryRequest passed
	ended          atomic.Bool   // the origin says nothing more
	done           chan struct{} // its side is at rest
}

// Answer is what a client says to an origin that asks for its certificate.
type Answer struct {
	Gift Gift
	// Old says that the handshake is of TLS 1.2, in which a server refuses for itself.
	Old bool
	// Said is what the client has said and the origin has not got yet.
	Said []byte
}

// Meet joins a client, of which said was read already, to an origin for the length of
// their hellos, and of all that the origin says, and returns what the client answers.
// Both connections are at rest then. Hellos may take as long as head; the person may be
// choosing a certificate, and that may take as long as idle.
func Meet(client, origin net.Conn, said []byte, head, idle time.Duration) Answer {
	c := &meeting{client: client, origin: origin, said: said, hellos: make(chan serverHello, 2), done: make(chan struct{})}
	h, g := c.meet(head, idle)
	return Answer{Gift: g, Old: !h.tls13, Said: c.said}
}

// meet is [Meet], behind which said is what the origin has not got yet.
func (c *meeting) meet(head, idle time.Duration) (h serverHello, g Gift) {
	_ = c.client.SetDeadline(time.Now().Add(head))
	_ = c.origin.SetDeadline(time.Now().Add(head))
	if c.passHello() != nil {
		return h, Ended
	}
	go c.passBack()
	defer func() {
		_ = c.origin.SetReadDeadline(time.Unix(1, 0))
		<-c.done
		_ = c.client.SetDeadline(time.Time{})
		_ = c.origin.SetDeadline(time.Time{})
	}()
	h, ok := <-c.hellos
	if ok && h.retry {
		if c.passHello() != nil {
			return h, Ended
		}
		h, ok = <-c.hellos
	}
	if !ok {
		return h, Ended
	}
	_ = c.client.SetReadDeadline(time.Now().Add(idle))
	_ = c.origin.SetReadDeadline(time.Now().Add(idle))
	if c.ended.Load() { // perhaps before the deadline was moved
		return h, Ended
	}
	for {
		if g = giftIn(c.said, h); g != Unknown {
			return h, g
		}
		if c.more() != nil {
			return h, Ended
		}
	}
}

// passHello passes the client's next hello to the origin, and no byte more.
func (c *meeting) passHello() error {
	for {
		message, end, ok := messageIn(c.said)
		switch {
		case !ok || message != nil && message[0] != typeClientHello:
			return errNoHello
		case message != nil:
			_, err := c.origin.Write(c.said[:end])
			c.said = c.said[end:]
			return err
		}
		if err := c.more(); err != nil {
			return err
		}
	}
}

var errNoHello = errors.New("no client hello")

// more reads what the client says next.
func (c *meeting) more() error {
	if len(c.said) > maxFlight {
		return netconn.ErrTooMuch
	}
	var buf [4 << 10]byte
	n, err := c.client.Read(buf[:])
	c.said = append(c.said, buf[:n]...)
	if n > 0 {
		return nil
	}
	return err
}

// passBack passes what the origin says to the client until it is told to stop, and
// tells of the hellos in it.
func (c *meeting) passBack() {
	defer close(c.done)
	defer close(c.hellos)
	var seen []byte
	buf, looking := make([]byte, 16<<10), true
	for {
		n, err := c.origin.Read(buf)
		if n > 0 {
			if _, err := c.client.Write(buf[:n]); err != nil {
				break
			}
		}
		ok := err == nil
		if looking && ok {
			seen = append(seen, buf[:n]...)
			looking, ok, seen = c.lookForHello(seen)
		}
		if !ok || len(seen) > maxFlight {
			break
		}
	}
	c.ended.Store(true)
	_ = c.client.SetReadDeadline(time.Unix(1, 0)) // nobody answers any more
}

// lookForHello tells of the hellos that seen begins with, and returns the rest and
// whether another is to come. It is not ok when the origin begins with anything else.
func (c *meeting) lookForHello(seen []byte) (looking, ok bool, rest []byte) {
	for {
		message, end, ok := messageIn(seen)
		if ok && message == nil {
			return true, true, seen
		}
		h, good := parseServerHello(message)
		if !ok || !good || h.retry && c.retried {
			return false, false, nil // an alert, or no TLS: the client has heard it
		}
		c.retried = true
		c.hellos <- h
		if !h.retry {
			return false, true, nil
		}
		seen = seen[end:]
	}
}
