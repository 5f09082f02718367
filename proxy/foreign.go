package proxy

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"sekisho/proxy/netconn"
	"sekisho/proxy/opening"
)

// Not everything in TLS is HTTP: mail, message queues, ACME. Such a connection cannot
// be judged by what it carries, and is passed on unread to a site that the policy
// does not hold, as what is neither TLS nor HTTP is. No page can make a browser open
// one but by WebRTC, which is told from the others: see mayWebCall. In fetches and
// WebSockets a browser's hello always offers HTTP.

// webProtocols are those of the ALPN registry that are HTTP in TLS over TCP.
var webProtocols = []string{"h2", "http/1.1", "http/1.0", "http/0.9"}

// foreign reports whether a client offered protocols (RFC 7301) of which none is
// HTTP, so that there is nothing to answer it with.
func foreign(protos []string) bool {
	return len(protos) > 0 && !slices.ContainsFunc(protos, func(p string) bool { return slices.Contains(webProtocols, p) })
}

// serverFirst is how long a client that named no protocol may say nothing before its
// origin is listened to.
const serverFirst = 500 * time.Millisecond

var (
	// errWeb is a connection that is for a relay after all.
	errWeb = errors.New("HTTP")
	// errWebCall is one of WebRTC that may not pass.
	errWebCall = errors.New("WebRTC to a site that nobody vouches for")
)

// serveUnnamed serves a client that named no protocol: old and simple programs do
// so, with HTTP and others. It is HTTP unless it begins otherwise, or the origin
// speaks first.
func (s *Server) serveUnnamed(conn *tls.Conn, v *visit) bool {
	said, up, heard, err := s.whoSpeaks(conn, v)
	if err == nil && !s.mayPassUnread(v) {
		err = net.ErrClosed
	}
	switch {
	case errors.Is(err, errWeb):
		return s.serveRelay(conn, v, said)
	case err != nil:
		s.log.Debug("not passed on", siteField(v.target.name), siteError(v.target.name, err))
		if up != nil {
			_ = up.Close()
		}
		_ = conn.SetWriteDeadline(time.Now().Add(time.Second))
		_ = conn.Close()
		return true
	}
	s.tell(s.trust.Foreign(v.client), v)
	client := netconn.Replayed(conn, said)
	if len(heard) > 0 {
		client = opening.Answering(conn, s.suspects(v), s.webCalls(v), s.bounds.head) // it has said nothing
	}
	unread := *v
	unread.inFlight = nil // no requests: all of it is under way, always
	s.tunnels.splice(&unread, client, netconn.Replayed(up.Conn, heard))
	return true
}

// whoSpeaks waits for the first words: said by the client, or heard from the origin
// that up leads to.
func (s *Server) whoSpeaks(conn *tls.Conn, v *visit) (said []byte, up *upstream, heard []byte, err error) {
	_ = conn.SetReadDeadline(time.Now().Add(serverFirst))
	said, err = words(conn)
	_ = conn.SetReadDeadline(time.Time{})
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, nil, nil, err
	}
	key := originKey{v.target, true}
	if said, err = s.firstLine(conn, v, said); err != nil {
		return said, nil, nil, err
	}
	if up = s.origins.waiting(key); up == nil {
		if up, err = s.origins.fresh(v, key); err != nil {
			return said, nil, nil, errWeb // which has a page for it
		}
	}
	if len(said) > 0 {
		return said, up, nil, nil
	}
	if said, heard, err = s.eitherSpeaks(conn, up); err == nil && len(said) == 0 {
		return nil, up, heard, nil
	}
	if len(said) > 0 {
		if said, err = s.firstLine(conn, v, said); err == nil {
			return said, up, nil, nil
		}
	}
	if len(heard) == 0 && errors.Is(err, errWeb) {
		s.origins.pool.put(key, up) // which looks whether it is still good
	} else {
		_ = up.Close()
	}
	return said, nil, nil, err
}

// eitherSpeaks waits until the client has said something, or the origin something
// that is no answer of HTTP: servers complain about silence before they close.
func (s *Server) eitherSpeaks(conn *tls.Conn, up *upstream) (said, heard []byte, err error) {
	silent := s.tunnels.silent(conn) // a drain may end it at once
	defer silent.leave()
	limit := time.Now().Add(s.bounds.idle)
	_, _ = conn.SetReadDeadline(limit), up.SetReadDeadline(limit)
	done := make(chan struct{})
	go func() {
		defer close(done)
		heard, _ = words(up.Conn)
		if len(heard) > 0 && !strings.HasPrefix(string(heard), "HTTP/") {
			_ = conn.SetReadDeadline(time.Unix(1, 0))
		}
	}()
	said, err = words(conn)
	_ = up.SetReadDeadline(time.Unix(1, 0))
	<-done
	_ = up.SetReadDeadline(time.Time{})
	_ = conn.SetReadDeadline(time.Time{})
	switch {
	case len(said) > 0:
		return said, nil, nil
	case len(heard) > 0 && errors.Is(err, os.ErrDeadlineExceeded) && !strings.HasPrefix(string(heard), "HTTP/"):
		return nil, heard, nil
	}
	return nil, heard, err
}

// words reads once.
func words(c net.Conn) ([]byte, error) {
	var few [512]byte
	n, err := c.Read(few[:])
	if n > 0 {
		return append([]byte(nil), few[:n]...), nil
	}
	if err == nil {
		err = io.ErrNoProgress
	}
	return nil, err
}

// firstLine reads on until it is clear what a client that begins with said speaks, if
// it has said anything, and returns what it has said by then: with errWeb if that is
// HTTP, or must be taken to be, and errWebCall if it may not pass. Who does not make it
// clear speaks HTTP.
func (s *Server) firstLine(conn *tls.Conn, v *visit, said []byte) ([]byte, error) {
	if len(said) == 0 {
		return said, nil
	}
	until := time.Now().Add(s.bounds.head)
	_ = conn.SetReadDeadline(until)
	defer func() { _ = conn.SetReadDeadline(time.Time{}) }()
	said, o, err := opening.Settle(said, s.suspects(v), func() ([]byte, error) {
		more, err := words(conn)
		said = append(said, more...)
		return said, err
	})
	switch {
	case err != nil, o == opening.Web:
		conn.NetConn().(*innerConn).headBy = until // serveRelay takes it over
		return said, errWeb
	case o == opening.STUN && !s.mayWebCall(v):
		return said, errWebCall
	}
	return said, nil
}
