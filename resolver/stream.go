package resolver

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

const (
	// maxStreams bounds the TCP connections, maxPerClient those of one client.
	// The longest idle one makes room for a new one.
	maxStreams   = 256
	maxPerClient = 16
	// idleTime is for how long a connection may ask nothing (RFC 7766, section
	// 6.2.3, leaves it to the server).
	idleTime = 10 * time.Second
	// messageTime is for how long a query that has begun may take to arrive.
	messageTime = 2 * time.Second
	// writeTime is for how long a client may leave a reply unread.
	writeTime = 2 * time.Second
	// firstRead is the memory a connection starts with; nearly every query fits.
	firstRead = 512
	// pipeline bounds the queries of a connection that are under way.
	pipeline = 32
)

// streams are the TCP connections of clients.
type streams struct {
	running  sync.WaitGroup
	draining *atomic.Bool

	mu   sync.Mutex
	open map[*stream]struct{}
}

func newStreams() streams {
	return streams{draining: new(atomic.Bool), open: make(map[*stream]struct{})}
}

// A stream is a client's connection. One goroutine reads queries, another
// writes replies as they come, in whatever order (RFC 7766, section 6.2.1.1).
type stream struct {
	net.Conn
	// owner is the client, or invalid for all who are not served together:
	// they share the limit of one client.
	owner netip.Addr
	from  netip.Addr
	// active is when the last query came, in Unix nanoseconds.
	active atomic.Int64
	// waiting holds a token for each query under way. As replies has room for
	// as many, sending never blocks.
	waiting chan struct{}
	replies chan []byte
}

// serveTCP accepts connections.
func (s *Server) serveTCP(ctx context.Context) error {
	for {
		conn, err := s.tcp.Accept()
		switch {
		case ctx.Err() != nil:
			if err == nil {
				_ = conn.Close()
			}
			return nil
		case errors.Is(err, net.ErrClosed):
			return fmt.Errorf("accept connections: %w", err)
		case err != nil:
			s.log.Warn("accept connection", zap.Error(err))
			pause(ctx, 100*time.Millisecond)
			continue
		}
		s.startStream(conn)
	}
}

func (s *Server) startStream(conn net.Conn) {
	addr, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil {
		_ = conn.Close()
		return
	}
	st := &stream{
		Conn:    conn,
		from:    addr.Addr().Unmap().WithZone(""),
		waiting: make(chan struct{}, pipeline),
		replies: make(chan []byte, pipeline),
	}
	if contains(s.settings.Load().clients, st.from) {
		st.owner = st.from
	}
	st.active.Store(time.Now().UnixNano())
	s.streams.admit(st)
	s.streams.running.Go(func() { s.readStream(st) })
	s.streams.running.Go(func() { st.write() })
}

// admit takes st in, and closes the connection that has been idle the longest
// if there are too many of its client, or altogether.
func (t *streams) admit(st *stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	own, oldest, oldestOwn := 0, (*stream)(nil), (*stream)(nil)
	for other := range t.open {
		if other.olderThan(oldest) {
			oldest = other
		}
		if other.owner == st.owner {
			own++
			if other.olderThan(oldestOwn) {
				oldestOwn = other
			}
		}
	}
	switch {
	case own >= maxPerClient:
		t.evict(oldestOwn)
	case len(t.open) >= maxStreams:
		t.evict(oldest)
	}
	t.open[st] = struct{}{}
}

// olderThan orders connections by which is to go first: those without a query
// under way, then by when the last one came.
func (st *stream) olderThan(other *stream) bool {
	if other == nil {
		return true
	}
	if busy, otherBusy := len(st.waiting) > 0, len(other.waiting) > 0; busy != otherBusy {
		return otherBusy
	}
	return st.active.Load() < other.active.Load()
}

func (t *streams) evict(st *stream) {
	_ = st.Close()
	delete(t.open, st)
}

func (t *streams) remove(st *stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.open, st)
}

// drain has every connection end after the queries that it has under way.
func (t *streams) drain() {
	t.draining.Store(true)
	t.mu.Lock()
	defer t.mu.Unlock()
	for st := range t.open {
		_ = st.SetReadDeadline(time.Unix(1, 0))
	}
}

// closeAll ends what drain has left.
func (t *streams) closeAll() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for st := range t.open {
		_ = st.Close()
	}
}

// readStream reads queries until the client has no more or takes too long, and
// closes the connection when they are answered: a client may close its half
// after the last query and wait.
func (s *Server) readStream(st *stream) {
	defer s.streams.remove(st)
	buf, later := make([]byte, firstRead), func() sender { return st.send }
	for !s.streams.draining.Load() {
		var err error
		if buf, err = st.read(buf, s.streams.draining); err != nil {
			break
		}
		st.active.Store(time.Now().UnixNano())
		st.waiting <- struct{}{}
		reply, waits := s.handle(buf, st.from, true, nil, later)
		switch {
		case reply != nil:
			st.send(reply)
		case !waits:
			<-st.waiting
		}
	}
	for range pipeline { // all tokens are here: nothing is under way
		st.waiting <- struct{}{}
	}
	close(st.replies)
}

// errFrame is for frames that cannot hold a query.
var errFrame = errors.New("message too short")

// read returns the next query, in buf if it fits. Memory grows with what has
// arrived, not with what was announced.
func (st *stream) read(buf []byte, draining *atomic.Bool) ([]byte, error) {
	if buf = buf[:cap(buf)]; len(buf) > maxQuery {
		buf = make([]byte, firstRead)
	}
	_ = st.SetReadDeadline(time.Now().Add(idleTime))
	if draining.Load() {
		return buf, net.ErrClosed
	}
	if _, err := io.ReadFull(st, buf[:1]); err != nil {
		return buf, err
	}
	_ = st.SetReadDeadline(time.Now().Add(messageTime))
	if _, err := io.ReadFull(st, buf[1:2]); err != nil {
		return buf, err
	}
	size := int(binary.BigEndian.Uint16(buf))
	if size < headerLen {
		return buf, errFrame
	}
	for got := 0; got < size; {
		if got == len(buf) {
			buf = append(buf, make([]byte, len(buf))...)
		}
		n, err := st.Read(buf[got:min(size, len(buf))])
		if err != nil {
			return buf, err
		}
		got += n
	}
	return buf[:size], nil
}

// send gives a reply to the writer. A query's token is in waiting until its
// reply is written, so there is room.
func (st *stream) send(reply []byte) { st.replies <- reply }

// write writes replies until there are no more, and closes the connection.
func (st *stream) write() {
	defer func() { _ = st.Close() }()
	for reply := range st.replies {
		framed := append(binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(reply)), uint16(len(reply))), reply...)
		_ = st.SetWriteDeadline(time.Now().Add(writeTime))
		if _, err := st.Write(framed); err != nil {
			_ = st.Close() // the reader ends as well; later writes fail at once
		}
		<-st.waiting
	}
}
