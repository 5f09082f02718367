package upstream

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/miekg/dns"
)

const (
	// idleLife is how long an unused connection is kept. Public resolvers
	// close theirs from about ten seconds on.
	idleLife = 8 * time.Second
	// idleMax bounds the unused connections to one server.
	idleMax = 8
)

// A stream asks over connections that carry length-prefixed messages, one
// query at a time each. Connections that answered are kept for the next query.
type stream struct {
	target
	dial func(context.Context) (net.Conn, error)
	pack func(*dns.Msg, uint16) ([]byte, error)

	mu   sync.Mutex
	idle []*parked
}

// A parked connection is closed by its timer unless it is taken before.
type parked struct {
	net.Conn
	expire *time.Timer
}

func newStream(t target, dial func(context.Context) (net.Conn, error)) *stream {
	return &stream{target: t, dial: dial, pack: pack}
}

func (s *stream) Exchange(ctx context.Context, q *dns.Msg) (*dns.Msg, error) {
	ctx, cancel := withDeadline(ctx)
	defer cancel()
	fresh := func(ctx context.Context) (*dns.Msg, error) {
		conn, err := s.dial(ctx)
		if err != nil {
			return nil, cause(ctx, err)
		}
		return s.ask(ctx, conn, q)
	}
	old := s.take()
	if old == nil {
		return fresh(ctx)
	}
	return hedge(ctx, nil, func(ctx context.Context) (*dns.Msg, error) { return s.ask(ctx, old, q) }, fresh)
}

// ask uses conn up: it is parked after an answer and closed otherwise.
func (s *stream) ask(ctx context.Context, conn net.Conn, q *dns.Msg) (*dns.Msg, error) {
	release := bind(ctx, conn)
	reply, err := s.converse(conn, q)
	release()
	if err != nil {
		_ = conn.Close()
		return nil, cause(ctx, err)
	}
	s.park(conn)
	return reply, nil
}

// converse writes q and reads the reply. A reply that does not fit is an
// error: nobody but the server can have sent it.
func (s *stream) converse(conn net.Conn, q *dns.Msg) (*dns.Msg, error) {
	wire, err := s.pack(q, randomID())
	if err != nil {
		return nil, err
	}
	framed := append(binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(wire)), uint16(len(wire))), wire...)
	if _, err := conn.Write(framed); err != nil {
		return nil, fmt.Errorf("write query: %w", err)
	}
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return nil, fmt.Errorf("read reply: %w", err)
	}
	buf := make([]byte, binary.BigEndian.Uint16(size[:]))
	if _, err := io.ReadFull(conn, buf); err != nil {
		return nil, fmt.Errorf("read reply: %w", err)
	}
	if match(buf, wire) != fitting {
		return nil, errMismatch
	}
	return unpack(buf, q)
}

func (s *stream) take() net.Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.idle) > 0 {
		last := s.idle[len(s.idle)-1]
		s.idle = s.idle[:len(s.idle)-1]
		if last.expire.Stop() {
			return last.Conn
		}
	}
	return nil
}

func (s *stream) park(conn net.Conn) {
	p := &parked{Conn: conn}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.idle) == idleMax {
		_ = conn.Close()
		return
	}
	p.expire = time.AfterFunc(idleLife, func() { s.drop(p) })
	s.idle = append(s.idle, p)
}

// drop closes p, whose time has come.
func (s *stream) drop(p *parked) {
	_ = p.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, other := range s.idle {
		if other == p {
			s.idle = append(s.idle[:i], s.idle[i+1:]...)
			return
		}
	}
}

func (s *stream) Close() error {
	var errs []error
	for conn := s.take(); conn != nil; conn = s.take() {
		errs = append(errs, conn.Close())
	}
	return errors.Join(errs...)
}
