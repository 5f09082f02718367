package proxy

import (
	"context"
	"errors"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"sekisho/proxy/netconn"
	"sekisho/proxy/opening"
	"sekisho/proxy/tlsflight"
)

// In mail, FTP, MySQL and more the server speaks first, in the clear as well. A client
// that says nothing in its tunnel may be waiting for that.

// webPorts are where a silent client is a browser's spare connection: no origin is
// dialled for it.
var webPorts = []uint16{80, 443, 8080, 8443}

// overheard is an origin that was dialled because its client was silent.
type overheard struct {
	asked bool
	conn  net.Conn // nil when there is none
	heard []byte   // its first words
	err   error    // it cannot be reached, or has ended
}

// speaksFirst reports whether what was heard is for the client to read. Nothing that
// begins a record of TLS or an answer of HTTP is: servers of these complain of
// silence, and a client of these must not be joined to one unread.
func (o *overheard) speaksFirst() bool {
	return len(o.heard) > 0 && (o.heard[0] < 20 || o.heard[0] > 24) && !strings.HasPrefix(string(o.heard), "HTTP/")
}

func (o *overheard) close() {
	if o.conn != nil {
		_ = o.conn.Close()
	}
}

// awaitEither waits for the client's first bytes, which stand in first then, or its
// end. Where it is silent for a moment, and a server may speak first, its origin is
// dialled and listened to.
func (s *Server) awaitEither(first *tlsflight.First, v *visit, trouble error) *overheard {
	o := &overheard{}
	if trouble != nil || slices.Contains(webPorts, v.target.port) || !s.mayPassUnread(v) {
		return o
	}
	_ = first.SetReadDeadline(time.Now().Add(serverFirst))
	err := first.More()
	if o.asked = errors.Is(err, os.ErrDeadlineExceeded); o.asked {
		s.listen(first, v, o)
	}
	_ = first.SetReadDeadline(time.Time{})
	return o
}

// listen waits until the client speaks, or its origin does or ends.
func (s *Server) listen(first *tlsflight.First, v *visit, o *overheard) {
	limit := time.Now().Add(s.bounds.idle)
	_ = first.SetReadDeadline(limit)
	ctx, cancel := context.WithDeadline(s.over, limit)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if o.conn, o.err = s.dial(ctx, v.target); o.err == nil {
			stop := context.AfterFunc(ctx, func() { _ = o.conn.SetReadDeadline(time.Unix(1, 0)) })
			if o.heard, o.err = words(o.conn); stop() {
				_ = o.conn.SetReadDeadline(time.Time{})
			}
		}
		if ctx.Err() == nil && (o.err != nil || o.speaksFirst()) {
			_ = first.SetReadDeadline(time.Unix(1, 0))
		}
	}()
	_ = first.More()
	cancel()
	<-done
}

// mayPassUnread reports whether nothing is known against v's target, so that what is
// no HTTP may pass, at every door.
func (s *Server) mayPassUnread(v *visit) bool {
	if v.target.ownSite() || v.target.drill() {
		return false
	}
	if s.settings.Load().Observe {
		return true
	}
	_, held := s.held(v.client, v.target)
	_, away := s.givenAway(v)
	return !held && !away
}

// spliceFirst joins a silent client and its origin, if that spoke first.
func (s *Server) spliceFirst(client net.Conn, v *visit, o *overheard) {
	if !o.speaksFirst() || !s.mayPassUnread(v) { // any longer
		o.close()
		return
	}
	s.tell(s.trust.Foreign(v.client), v)
	s.log.Debug("the server spoke first", siteField(v.target.name))
	s.tunnels.splice(v, opening.Answering(client, s.suspects(v), s.webCalls(v), s.bounds.head), netconn.Replayed(o.conn, o.heard))
}
