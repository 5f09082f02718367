package proxy

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"sekisho/proxy/netconn"
	"sekisho/proxy/trust"
)

// An origin that insists on a client certificate gets its client undecrypted: only the
// browser has the answer. But it gets nothing more of a client without one, since that
// may be the very thing it asked for: until the client's certificate is seen to pass,
// nothing passes of what follows the hello. An honest origin would have refused the
// same client.

// maxFlight bounds what is kept of one side's handshake until it is told apart.
const maxFlight = 64 << 10

// certified is a handshake between a client and the origin that insists.
type certified struct {
	client, origin net.Conn
	said           []byte // by the client, behind what was passed on
	hellos         chan serverHello
	retried        bool          // a HelloRetryRequest passed
	ended          atomic.Bool   // the origin says nothing more
	done           chan struct{} // its side is at rest
}

// spliceCertified joins the client to its origin, when it gives a certificate. early
// says that its hello announced data before any answer.
func (s *Server) spliceCertified(first *firstFlight, early bool, v *visit) {
	presented := s.trust.Presented(v.client, v.target.name)
	if early && !presented {
		// A server that was here before may have given a ticket of its own.
		s.tell(s.trust.Certificates(trust.NewsCertificateMissing, v.target.name), v)
		return
	}
	origin, err := s.dial(context.Background(), v.target)
	if err != nil {
		s.log.Debug("not spliced", zap.String("host", v.target.name.String()), zap.Error(err))
		return
	}
	if presented && early {
		s.tunnels.splice(v, first.replay(), origin)
		return
	}
	client := s.tunnels.silent(first.Conn) // a drain may end it at once
	c := &certified{client: client, origin: origin, said: first.seen, hellos: make(chan serverHello, 2), done: make(chan struct{})}
	hello, got := c.meet(s.bounds)
	client.leave()
	if got == giftCertificate {
		s.trust.Present(v.client, v.target.name)
	}
	if got == giftCertificate || got == giftResumed && presented {
		s.tell(s.trust.Certificates(trust.NewsCertificate, v.target.name), v)
		s.tunnels.splice(v, netconn.Replayed(first.Conn, c.said), origin)
		return
	}
	if got == giftNone || got == giftResumed {
		s.tell(s.trust.Certificates(trust.NewsCertificateMissing, v.target.name), v)
		if !hello.tls13 {
			refuseHandshake(first.Conn, alertHandshakeFailure)
		}
	}
	_ = origin.Close()
}

// alertHandshakeFailure is what a server of TLS 1.2 says to a client without a
// certificate (RFC 5246, section 7.4.6).
const alertHandshakeFailure = 40

// meet passes the hellos, and all that the origin says, and returns what the client
// answers. Both connections are at rest then, and c.said is what the origin has not
// got yet. The person may be choosing a certificate: that may take b.idle.
func (c *certified) meet(b bounds) (h serverHello, g gift) {
	_ = c.client.SetDeadline(time.Now().Add(b.head))
	_ = c.origin.SetDeadline(time.Now().Add(b.head))
	if c.passHello() != nil {
		return h, giftEnded
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
			return h, giftEnded
		}
		h, ok = <-c.hellos
	}
	if !ok {
		return h, giftEnded
	}
	_ = c.client.SetReadDeadline(time.Now().Add(b.idle))
	_ = c.origin.SetReadDeadline(time.Now().Add(b.idle))
	if c.ended.Load() { // perhaps before the deadline was moved
		return h, giftEnded
	}
	for {
		if g = giftIn(c.said, h); g != giftUnknown {
			return h, g
		}
		if c.more() != nil {
			return h, giftEnded
		}
	}
}

// passHello passes the client's next hello to the origin, and no byte more.
func (c *certified) passHello() error {
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
func (c *certified) more() error {
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
func (c *certified) passBack() {
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
func (c *certified) lookForHello(seen []byte) (looking, ok bool, rest []byte) {
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
