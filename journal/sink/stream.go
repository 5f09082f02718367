package sink

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"strconv"
	"time"

	"sekisho/config"
	"sekisho/journal"
)

// byeTime is how long the end of a TLS connection may take.
const byeTime = time.Second

// stream sends messages over TCP, counted (RFC 6587, section 3.4.1), or over TLS
// (RFC 5425), which counts them in the same way.
//
// Syslog has no answers: a write tells that the system took the bytes, and what it
// had not passed on when a connection broke is lost. Therefore the batch before is
// kept, and sent again on the connection that follows a broken one.
type stream struct {
	address string
	tls     *tls.Config // nil for plain TCP
	text    *syslog

	conn   net.Conn      // nil until needed
	broken chan struct{} // closed once the other side is gone
	before []byte        // the last batch, as it was sent
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
	again, err := s.connect(ctx)
	if err != nil {
		return 0, err
	}
	s.buf = s.buf[:0]
	if again {
		s.buf = append(s.buf, s.before...)
	}
	begin := len(s.buf)
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
	s.before = append(s.before[:0], s.buf[begin:]...)
	return len(events), nil
}

// connect makes sure of a connection. again tells that the one before broke with
// something on it that may not have arrived.
func (s *stream) connect(ctx context.Context) (again bool, err error) {
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
	return len(s.before) > 0, nil
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
