package sink

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strconv"
	"time"

	"sekisho/config"
	"sekisho/journal"
)

// settleTime is how long a new connection has to stand before what was written on it
// counts.
const settleTime = 500 * time.Millisecond

// errEnded says that nobody was behind a connection.
var errEnded = errors.New("the other side took the connection and ended it at once")

// byeTime is how long the end of a TLS connection may take.
const byeTime = time.Second

// stream sends messages over TCP, counted (RFC 6587, section 3.4.1), or over TLS
// (RFC 5425), which counts them in the same way.
//
// Syslog has no answers: a write tells that the system took the bytes, and what it
// had not passed on when a connection broke is lost. Therefore what was written lately
// is kept, and sent again on the connection that follows a broken one. Something in
// between (a balancer, a tunnel) may take connections while the receiver is down, and
// end each at once: what is first written on one counts when it stands a while later.
type stream struct {
	address string
	tls     *tls.Config // nil for plain TCP
	text    *syslog

	conn   net.Conn      // nil until needed
	broken chan struct{} // closed once the other side is gone
	unsure unsure        // what may have been lost with it
	buf    []byte
}

func newStream(c config.Sink, _ string, o *Options) (receiver, error) {
	s := &stream{address: c.To.Address(), text: newSyslog(c, o)}
	if c.To.Scheme() == "tls" {
		s.tls = &tls.Config{RootCAs: o.Roots, ServerName: c.To.URL().Hostname(), MinVersion: tls.VersionTLS12}
	}
	return s, nil
}

func (s *stream) send(ctx context.Context, events []journal.Event) (int, error) {
	fresh, err := s.connect(ctx)
	if err != nil {
		return 0, err
	}
	s.buf = s.buf[:0]
	if fresh {
		s.buf = s.unsure.append(s.buf)
	}
	var message []byte
	for i := range events {
		message = s.text.append(message[:0], &events[i], false)
		s.buf = strconv.AppendInt(s.buf, int64(len(message)), 10)
		s.buf = append(append(s.buf, ' '), message...)
	}
	_ = s.conn.SetWriteDeadline(time.Now().Add(writeTime)) // its error shows in the write
	// A stop does not wait for a receiver that does not read.
	stop := context.AfterFunc(ctx, func() { _ = s.conn.SetWriteDeadline(time.Unix(1, 0)) })
	_, err = s.conn.Write(s.buf)
	stop()
	if err != nil {
		_ = s.close()
		return 0, err
	}
	if fresh {
		if err := s.settle(ctx); err != nil {
			_ = s.close()
			return 0, err
		}
		s.unsure = unsure{} // which is in buf
	}
	s.unsure.add(s.buf, time.Now())
	return len(events), nil
}

// settle waits until a new connection has stood for settleTime.
func (s *stream) settle(ctx context.Context) error {
	t := time.NewTimer(settleTime)
	defer t.Stop()
	select {
	case <-s.broken:
		return errEnded
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// connect makes sure of a connection. fresh tells that it is new.
func (s *stream) connect(ctx context.Context) (fresh bool, err error) {
	if s.conn != nil {
		select {
		case <-s.broken:
			_ = s.close()
		default:
			return false, nil
		}
	}
	dial := (&net.Dialer{Timeout: dialTime}).DialContext
	if s.tls != nil {
		dial = (&tls.Dialer{NetDialer: &net.Dialer{Timeout: dialTime}, Config: s.tls}).DialContext
	}
	limited, cancel := context.WithTimeout(ctx, 2*dialTime)
	defer cancel()
	conn, err := dial(limited, "tcp", s.address)
	if err != nil {
		return false, err
	}
	s.conn, s.broken = conn, make(chan struct{})
	go watch(conn, s.broken)
	return true, nil
}

// watch reads what no receiver sends, to learn of the end of c. It ends with c.
func watch(c net.Conn, broken chan struct{}) {
	_, _ = io.Copy(io.Discard, c)
	close(broken)
}

func (s *stream) close() error {
	if s.conn == nil {
		return nil
	}
	if t, ok := s.conn.(*tls.Conn); ok { // which says goodbye, and would wait five seconds for who does not listen
		defer time.AfterFunc(byeTime, func() { _ = t.NetConn().Close() }).Stop()
	}
	err := s.conn.Close()
	<-s.broken
	s.conn = nil
	return err
}
