package upstream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"
)

// A streamLimit is how many requests a server takes at a time on one connection, as far
// as that was found out on others: SETTINGS_MAX_CONCURRENT_STREAMS, which a client that
// has just connected does not know (RFC 9113, section 5.1.2).
type streamLimit struct{ atomic.Int32 }

// A session is a connection that speaks HTTP.
type session struct {
	conn  *http.ClientConn
	url   string
	limit *streamLimit // of the server
	last  atomic.Int64
	// counted tells that limit was seen on this connection, over that it takes no more
	// requests.
	counted, over atomic.Bool
}

func (s *session) heard() int64 { return s.last.Load() }

func (s *session) room() int {
	if s.over.Load() || s.conn.Err() != nil {
		return 0
	}
	n := min(s.conn.InFlight()+s.conn.Available(), linkRoom)
	if s.heard() == 0 {
		n = min(n, int(s.limit.Load()))
	}
	return n
}

func (s *session) close() { _ = s.conn.Close() }

// failed notes that a request came to err although there was time, and returns what to
// say of it. If others are not taken either, the server is ending the connection (GOAWAY),
// whatever it still answers.
func (s *session) failed(err error) error {
	var stream streamError
	switch isStream := errors.As(err, &stream); {
	case isStream && stream.Code == refusedStream:
		s.count()
		return fmt.Errorf("%w: %w", errRefused, err)
	case !isStream && s.conn.Available() == 0:
		s.over.Store(true)
	}
	return err
}

// count finds out what the server allows, once it has said something. Where more was
// asked than that, it is no more than what is left under way.
func (s *session) count() { s.observe(int32(s.conn.InFlight()), int32(s.conn.Available())) }

// observe is count with busy requests under way, and room for as many more as free.
func (s *session) observe(busy, free int32) {
	switch {
	case free > 0:
		s.counted.Store(true)
		s.limit.Store(busy + free)
	case busy > 0 && busy < s.limit.Load() && !s.counted.Load():
		s.limit.Store(busy)
	}
}

// refusedStream is the code of a stream that a server did not look at (RFC 9113, section
// 8.7).
const refusedStream = 0x7

// A streamError is what errors.As takes net/http's error for a stream that was reset for.
type streamError struct {
	StreamID uint32
	Code     uint32
	Cause    error
}

func (e streamError) Error() string { return fmt.Sprintf("stream %d: code %d", e.StreamID, e.Code) }

func (s *session) ask(q *dns.Msg) (exchange, error) {
	wire, err := packPadded(q, 0) // RFC 8484, section 4.1: for the sake of caches
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) (*dns.Msg, error) { return s.post(ctx, wire, q) }, nil
}

func (s *session) post(ctx context.Context, wire []byte, q *dns.Msg) (*dns.Msg, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(wire))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", dohType)
	req.Header.Set("Accept", dohType)
	req.Header.Set("User-Agent", "")
	resp, err := s.conn.RoundTrip(req)
	if err != nil {
		if ctx.Err() == nil {
			err = s.failed(err)
		}
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := readBody(resp)
	if err != nil {
		return nil, err
	}
	s.last.Store(time.Now().UnixNano())
	s.count()
	if match(body, wire) == foreign {
		return nil, errMismatch
	}
	reply, err := unpack(body, q)
	if err == nil {
		grow(reply, age(resp.Header))
	}
	return reply, err
}
