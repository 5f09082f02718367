package resolver

import (
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

// dohConns are the connections of DNS over HTTPS, which share the limits of those
// of DNS over TCP.
type dohConns struct {
	server *Server
	byConn map[net.Conn]*stream // guarded by server.streams.mu
}

func newDoHConns(s *Server) *dohConns {
	return &dohConns{server: s, byConn: make(map[net.Conn]*stream)}
}

// state follows the life of a connection.
func (d *dohConns) state(conn net.Conn, state http.ConnState) {
	t := &d.server.streams
	if state == http.StateNew {
		st := d.server.newStream(rawOf(conn))
		if st == nil {
			_ = conn.Close()
			return
		}
		t.mu.Lock()
		d.byConn[conn] = st
		t.mu.Unlock()
		t.admit(st)
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	st := d.byConn[conn]
	if st == nil {
		return
	}
	switch state {
	case http.StateActive:
		greeted(conn)
		st.active.Store(time.Now().UnixNano())
		select {
		case st.waiting <- struct{}{}:
		default:
		}
	case http.StateIdle:
		select {
		case <-st.waiting:
		default:
		}
	case http.StateClosed, http.StateHijacked:
		delete(d.byConn, conn)
		delete(t.open, st)
	}
}

// rawOf is the connection below TLS, which can be closed without a word.
func rawOf(conn net.Conn) net.Conn {
	if secured, ok := conn.(*tls.Conn); ok {
		conn = secured.NetConn()
	}
	if g, ok := conn.(*guest); ok {
		conn = g.Conn
	}
	if g, ok := conn.(*gatherer); ok {
		conn = g.Conn
	}
	return conn
}
