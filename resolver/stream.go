package resolver

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"sekisho/hostname"
	"sekisho/resolver/datagram"
)

const (
	// idleTime is for how long a connection may ask nothing (RFC 7766, section
	// 6.2.3, leaves it to the server).
	idleTime = 10 * time.Second
	// messageTime is for how long a query that has begun may take to arrive.
	messageTime = 2 * time.Second
	// writeTime is for how long a client may leave a reply unread.
	writeTime = 2 * time.Second
	// firstRead is the memory a connection starts with; nearly every query fits.
	firstRead = 512
	// pipeline bounds the requests of a connection of DNS over HTTPS that are under
	// way, and the replies of others that are there and not written.
	pipeline = 32
)

// A stream is a client's connection. One goroutine reads queries, whatever those before
// wait for, another writes replies as they come, in whatever order (RFC 7766, section
// 6.2.1.1).
type stream struct {
	// Conn is raw, or TLS over it.
	net.Conn
	raw net.Conn
	// owner is the client, or invalid for all who are not served together:
	// they share the limit of one client.
	owner netip.Addr
	// network is that of owner.
	network netip.Addr
	from    netip.Addr
	// at is our end.
	at netip.Addr
	// active is when the last query came, in Unix nanoseconds.
	active atomic.Int64
	over   int // the transport, as counts has it
	// requested tells that a request of DNS over HTTPS is under way; the replies to
	// other queries go by outlet.
	requested atomic.Bool
	outlet    outlet
}

// serveStreams accepts connections at l, which speak TLS if config is not nil.
func (s *Server) serveStreams(ctx context.Context, l *net.TCPListener, config *tls.Config) error {
	for {
		conn, err := l.Accept()
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
		s.startStream(conn, config)
	}
}

func (s *Server) startStream(conn net.Conn, config *tls.Config) {
	st := s.newStream(conn)
	if st == nil {
		_ = conn.Close()
		return
	}
	st.over = overTCP
	if config != nil {
		st.secure(config)
		st.over = overTLS
	}
	s.streams.admit(st)
	s.streams.running.Go(func() { s.readStream(st) })
	s.streams.running.Go(func() { st.write() })
}

// newStream returns the stream on conn, or nil if nobody is at its other end.
func (s *Server) newStream(conn net.Conn) *stream {
	addr, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil {
		return nil
	}
	st := &stream{
		Conn: conn,
		raw:  conn,
		from: addr.Addr().Unmap().WithZone(""),
		at:   localOf(conn),
	}
	if contains(s.settings.Load().clients, st.from) {
		st.owner = st.from
	}
	st.outlet.cut = func() { _ = st.raw.Close() } // nothing is left to be done for its reader and writer
	st.network = hostname.Network(st.owner)
	st.active.Store(time.Now().UnixNano())
	return st
}

// localOf is the address of our end of conn.
func localOf(conn net.Conn) netip.Addr {
	at, _ := netip.ParseAddrPort(conn.LocalAddr().String())
	return at.Addr()
}

// readStream reads queries until the client has no more or takes too long, and
// closes the connection when they are answered: a client may close its half
// after the last query and wait.
func (s *Server) readStream(st *stream) {
	defer s.streams.remove(st)
	buf, later := make([]byte, firstRead), st.outlet.later
	greeted := st.greet() == nil
	for greeted && !s.streams.draining.Load() {
		var err error
		if buf, err = st.read(buf, s.streams.draining); err != nil {
			break
		}
		st.active.Store(time.Now().UnixNano())
		s.counts.queries[st.over].Inc()
		how := arrival{at: st.at, tcp: true, sealed: st.over == overTLS}
		if reply, _ := s.handle(buf, st.from, how, make([]byte, 0, firstRead), later); reply != nil {
			st.outlet.now(reply)
		}
	}
	st.outlet.close()
}

// errFrame is for frames that cannot hold a query.
var errFrame = errors.New("message too short")

// read returns the next query, in buf if it fits. Memory grows with what has
// arrived, not with what was announced.
func (st *stream) read(buf []byte, draining *atomic.Bool) ([]byte, error) {
	if buf = buf[:cap(buf)]; len(buf) > datagram.MaxQuery {
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

// write writes replies until there are no more, and closes the connection.
func (st *stream) write() {
	defer func() { _ = st.raw.Close() }()
	defer func() { _ = st.Close() }() // which tells a client of TLS that this is all
	for u, more := st.outlet.next(); more; u, more = st.outlet.next() {
		framed := append(binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(u.reply)), uint16(len(u.reply))), u.reply...)
		_ = st.SetWriteDeadline(time.Now().Add(writeTime))
		if _, err := st.Write(framed); err != nil {
			_ = st.raw.Close() // the reader ends as well; later writes fail at once
		}
		st.outlet.written(u)
	}
}
