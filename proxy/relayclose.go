package proxy

import (
	"net"
	"time"

	"sekisho/proxy/netconn"
)

// hurry implements ender: an idle relay ends now, another after its answer.
func (r *relay) hurry() {
	r.closing.Store(true)
	if r.idle.Load() {
		_ = r.client.SetReadDeadline(time.Unix(1, 0))
	}
}

// on implements ender: the connection below tells.
func (r *relay) on() *visit { return nil }

// abort ends the connection so that half an answer does not look whole: many
// clients take a close without close_notify for an end, but none a reset.
func (r *relay) abort() {
	below, _ := netconn.Unwrap(r.lower.Conn)
	if tcp, ok := below.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	r.close()
}

// close implements ender. An origin that is waited for is let go as well.
func (r *relay) close() {
	r.ended.Store(true)
	_ = r.client.NetConn().Close()
	if up := r.using.Load(); up != nil {
		_ = up.NetConn().Close()
	}
}
