package proxy

import (
	"context"
	"net"
	"net/http"

	"sekisho/guard"
	"sekisho/proxy/websocket"
)

type socketKey struct{}

// upgrading prepares a WebSocket's handshake: of the extensions only those are
// offered that can be read, and what the client sends afterwards is judged.
func (f *forwarder) upgrading(w http.ResponseWriter, r *http.Request) (http.ResponseWriter, *http.Request) {
	s, v := f.server, visitOf(r.Context())
	if s.unread(v) {
		return earlyWriter{w, s.tunnels.adopt}, r
	}
	websocket.OfferReadable(r.Header)
	g := &socketGuard{partsJudge: partsJudge{s, v, r}, head: guardHead(r, v)}
	g.head.Header = r.Header.Clone() // ReverseProxy is not done with its own
	wrap := func(c net.Conn) net.Conn { return newSocket(s.tunnels.adopt(c), g) }
	return earlyWriter{w, wrap}, r.WithContext(context.WithValue(r.Context(), socketKey{}, g))
}

// agreed takes note of what the origin chose.
func (g *socketGuard) agreed(h http.Header) (err error) {
	g.deflate, err = websocket.Agreed(h)
	return err
}

// socketOf is the guard of the WebSocket that r opens, or nil.
func socketOf(r *http.Request) *socketGuard {
	g, _ := r.Context().Value(socketKey{}).(*socketGuard)
	return g
}

// socketGuard judges what a client sends through one WebSocket.
type socketGuard struct {
	partsJudge
	head    guard.Head
	deflate bool
}
