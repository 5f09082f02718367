package console

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// sniffTimeout is how long a connection may take for its first octet.
const sniffTimeout = 10 * time.Second

// handshake is the type of the first record of TLS (RFC 8446, section 5.1); no
// method of HTTP begins with it.
const handshake = 0x16

// split takes one listener apart into connections that begin with TLS and those
// that do not. A phone has to fetch the certificate before it can trust it, and
// people type addresses without a scheme: both ask in the clear, at the same port.
type split struct {
	from          net.Listener
	plain, secure *half
	done          chan struct{}
	once          sync.Once
}

func newSplit(from net.Listener) *split {
	s := &split{from: from, done: make(chan struct{})}
	s.plain = &half{s, make(chan net.Conn)}
	s.secure = &half{s, make(chan net.Conn)}
	return s
}

// run hands out connections until the listener is closed, and returns when all
// were handed out or closed.
func (s *split) run() {
	var sniffing sync.WaitGroup
	defer sniffing.Wait()
	defer s.close()
	for {
		c, err := s.from.Accept()
		if err != nil {
			var passing net.Error
			if errors.As(err, &passing) && passing.Timeout() || !errors.Is(err, net.ErrClosed) && s.pause() {
				continue
			}
			return
		}
		sniffing.Go(func() { s.sniff(c) })
	}
}

// pause waits before the next try after a failed accept, such as for want of
// descriptors. It reports whether to go on.
func (s *split) pause() bool {
	t := time.NewTimer(50 * time.Millisecond)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-s.done:
		return false
	}
}

// sniff reads the first octet of c and hands c on with it.
func (s *split) sniff(c net.Conn) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		select {
		case <-s.done:
			_ = c.SetReadDeadline(time.Unix(1, 0))
		case <-ctx.Done():
		}
	}()
	var first [1]byte
	_ = c.SetReadDeadline(time.Now().Add(sniffTimeout))
	if _, err := c.Read(first[:]); err != nil {
		_ = c.Close()
		return
	}
	_ = c.SetReadDeadline(time.Time{})
	to := s.plain
	if first[0] == handshake {
		to = s.secure
	}
	select {
	case to.conns <- &begun{Conn: c, first: first[:]}:
	case <-s.done:
		_ = c.Close()
	}
}

func (s *split) close() {
	s.once.Do(func() {
		close(s.done)
		_ = s.from.Close()
	})
}

// half is the listener of one kind. Closing either closes both.
type half struct {
	of    *split
	conns chan net.Conn
}

// Accept implements [net.Listener].
func (h *half) Accept() (net.Conn, error) {
	select {
	case c := <-h.conns:
		return c, nil
	case <-h.of.done:
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener].
func (h *half) Close() error { h.of.close(); return nil }

// Addr implements [net.Listener].
func (h *half) Addr() net.Addr { return h.of.from.Addr() }

// begun is a connection whose first octet was read already.
type begun struct {
	net.Conn
	first []byte
	// completed is told of the end of the handshake; nil for nobody. Only the
	// goroutine that serves the connection uses it.
	completed func()
}

// Read implements [io.Reader].
func (b *begun) Read(p []byte) (int, error) {
	if len(b.first) > 0 && len(p) > 0 {
		n := copy(p, b.first)
		b.first = b.first[n:]
		return n, nil
	}
	return b.Conn.Read(p)
}
