package proxy

import (
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"sekisho/hostname"
	"sekisho/proxy/h2"
	"sekisho/proxy/netconn"
	"sekisho/proxy/opening"
	"sekisho/proxy/tlsflight"
)

// connectReply opens a tunnel (RFC 9110, section 9.3.6).
const connectReply = "HTTP/1.1 200 Connection established\r\n\r\n"

// established tells the client that its tunnel is open.
func (s *Server) established(c net.Conn) bool {
	_ = c.SetWriteDeadline(time.Now().Add(s.bounds.head))
	_, err := io.WriteString(c, connectReply)
	_ = c.SetWriteDeadline(time.Time{})
	return err == nil
}

// intercept answers the CONNECT and serves whatever the client speaks. It owns
// client until the inner server has it; done is called once client is closed.
// trouble is what is already known to be wrong with the target.
func (s *Server) intercept(client net.Conn, v *visit, trouble error, done func()) {
	handed := false
	defer func() {
		if !handed {
			_ = client.Close()
			done()
		}
	}()
	if !s.established(client) {
		return
	}
	s.counts.intercepts.Inc()
	// Until it has said what it wants, a drain may end it at once.
	silent := s.tunnels.silent(client)
	defer silent.leave()
	first := tlsflight.NewFirst(client)
	origin := s.awaitEither(first, v, trouble)
	if origin.asked && len(first.Seen()) == 0 {
		silent.leave()
		s.spliceFirst(client, v, origin)
		return
	}
	protocol, headBy, err := s.peekProtocol(first, v)
	if protocol != protocolTLS { // whose handshake is no request either
		silent.leave()
	}
	if err != nil || protocol != protocolOther {
		origin.close()
	}
	if err != nil || protocol == protocolOther && errors.As(trouble, new(*heldError)) {
		_ = client.Close()
		return
	}
	switch protocol {
	case protocolTLS:
		handed = s.interceptTLS(first, silent, v, trouble, done)
	case protocolHTTP:
		// A browser opens ws:// through CONNECT and speaks HTTP in it.
		clear := *v
		clear.scheme = "http"
		clear.broken = trouble
		inner := s.tunnels.inner(first.Replay(), &clear, done)
		inner.headBy = headBy
		handed = s.handIn(inner, inner)
	case protocolOther:
		s.interceptOther(first.Replay(), v, origin)
	}
}

// What a client may speak in its tunnel.
const (
	protocolOther = iota
	protocolTLS
	protocolHTTP
)

// errRecord is a record before the ClientHello, which a server may pass over.
var errRecord = errors.New("a record of TLS, and no hello")

// peekProtocol waits for the client to speak until what it says tells TLS, HTTP
// and the rest apart. What has begun is to be whole by headBy.
func (s *Server) peekProtocol(c *tlsflight.First, v *visit) (protocol int, headBy time.Time, err error) {
	if len(c.Seen()) == 0 {
		_ = c.SetReadDeadline(time.Now().Add(s.bounds.idle))
		if err := c.More(); err != nil {
			return protocolOther, headBy, err
		}
	}
	if c.Seen()[0] == tlsflight.RecordHandshake {
		return protocolTLS, headBy, nil // interceptTLS has its own deadline
	}
	defer func() { _ = c.SetReadDeadline(time.Time{}) }()
	headBy = time.Now().Add(s.bounds.head)
	_ = c.SetReadDeadline(headBy)
	for err == nil && opening.Record(c.Seen()) == opening.Unclear {
		err = c.More()
	}
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return protocolOther, headBy, err
	case opening.Record(c.Seen()) == opening.Web:
		return protocolOther, headBy, errRecord
	}
	_, o, err := opening.Settle(c.Seen(), s.suspects(v), func() ([]byte, error) {
		err := c.More()
		return c.Seen(), err
	})
	switch {
	case o == opening.Web:
		return protocolHTTP, headBy, err
	case o == opening.STUN && !s.mayWebCall(v):
		return protocolOther, headBy, errWebCall
	}
	return protocolOther, headBy, err
}

// interceptOther splices a protocol that is neither TLS nor HTTP, when nothing is
// known against the target, with the origin if that was dialled already.
func (s *Server) interceptOther(client net.Conn, v *visit, origin *overheard) {
	if !s.mayPassUnread(v) {
		origin.close()
		return
	}
	s.tell(s.trust.Foreign(v.client), v)
	if origin.conn != nil {
		s.tunnels.splice(v, client, netconn.Replayed(origin.conn, origin.heard))
		return
	}
	s.spliceTo(client, v)
}

// spliceTo connects client to v's target unread and returns when both are
// closed.
func (s *Server) spliceTo(client net.Conn, v *visit) {
	origin, err := s.dial(s.over, v.target)
	if err != nil {
		s.log.Debug("not spliced", siteField(v.target.name), siteError(v.target.name, err))
		return
	}
	s.tunnels.splice(v, client, origin)
}

// withServerName is the visit that a ClientHello's server name makes of v.
// A client that connects to an address may name the site; a client that
// connects to a name must mean that name.
func (v *visit) withServerName(sni string) (*visit, error) {
	out := *v
	if sni == "" {
		return &out, nil
	}
	n, err := hostname.Parse(sni)
	if err != nil {
		return nil, err
	}
	if n == v.target.name {
		return &out, nil
	}
	if _, isIP := v.target.name.Addr(); !isIP {
		return nil, fmt.Errorf("server name %q in a tunnel to another name", n.String())
	}
	out.target.name = n
	return &out, nil
}

// handIn gives conn, which is accounted for as below, to the inner server of its
// protocol.
func (s *Server) handIn(conn net.Conn, below *innerConn) bool {
	to := s.innerConns
	if _, ok := conn.(*h2.Conn); ok {
		to = s.streamConns
	}
	if to.Give(conn) {
		return true
	}
	s.tunnels.remove(below)
	return false
}
