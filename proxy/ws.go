package proxy

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"

	"sekisho/guard"
)

// deflateExtension is the one WebSocket extension that can be read (RFC 7692).
const deflateExtension = "permessage-deflate"

type socketKey struct{}

// upgrading prepares a WebSocket's handshake: of the extensions only those are
// offered that can be read, and what the client sends afterwards is judged.
func (f *forwarder) upgrading(w http.ResponseWriter, r *http.Request) (http.ResponseWriter, *http.Request) {
	s, v := f.server, visitOf(r.Context())
	if s.unread(v) {
		return earlyWriter{w, s.tunnels.adopt}, r
	}
	offerReadable(r.Header)
	g := &socketGuard{server: s, visit: v, r: r, head: guardHead(r, v)}
	g.head.Header = r.Header.Clone() // ReverseProxy is not done with its own
	wrap := func(c net.Conn) net.Conn { return newSocket(s.tunnels.adopt(c), g) }
	return earlyWriter{w, wrap}, r.WithContext(context.WithValue(r.Context(), socketKey{}, g))
}

// errExtension is an origin that chose what was not offered.
var errExtension = errors.New("malformed HTTP response: a WebSocket extension that was not offered")

// agreed takes note of what the origin chose.
func (g *socketGuard) agreed(h http.Header) error {
	for _, item := range extensions(h) {
		if !isDeflate(item) {
			return errExtension
		}
		g.deflate = true
	}
	return nil
}

// socketOf is the guard of the WebSocket that r opens, or nil.
func socketOf(r *http.Request) *socketGuard {
	g, _ := r.Context().Value(socketKey{}).(*socketGuard)
	return g
}

// offerReadable takes extensions that cannot be read out of the offer.
func offerReadable(h http.Header) {
	all := extensions(h)
	var keep []string
	for _, item := range all {
		if isDeflate(item) {
			keep = append(keep, item)
		}
	}
	switch {
	case len(keep) == len(all):
	case len(keep) == 0:
		h.Del("Sec-Websocket-Extensions")
	default:
		h["Sec-Websocket-Extensions"] = []string{strings.Join(keep, ", ")}
	}
}

// extensions are the items of Sec-WebSocket-Extensions (RFC 6455, section 9.1),
// parameters included. Quoted values, which no known extension has, may be cut
// apart; no part of them reads as permessage-deflate then.
func extensions(h http.Header) []string {
	var list []string
	for _, v := range h["Sec-Websocket-Extensions"] {
		for item := range strings.SplitSeq(v, ",") {
			if item = strings.TrimSpace(item); item != "" {
				list = append(list, item)
			}
		}
	}
	return list
}

func isDeflate(item string) bool {
	name, _, _ := strings.Cut(item, ";")
	return strings.EqualFold(strings.TrimSpace(name), deflateExtension)
}

// socketGuard judges what a client sends through one WebSocket.
type socketGuard struct {
	server  *Server
	visit   *visit
	r       *http.Request
	head    guard.Head
	deflate bool
}

// message judges a whole message, and reports whether it may leave.
func (g *socketGuard) message(payload []byte, binary bool) (stop error) {
	f := guard.InspectMessage(g.head, payload, binary, g.server.hints(pageOf(g.r, g.visit), g.visit))
	return g.weigh(&f, false)
}

// weigh asks about what was found, and returns why the message must not leave.
func (g *socketGuard) weigh(f *guard.Finding, sent bool) error {
	return g.server.weighMessage(g.r, g.visit, f, sent)
}

// weighMessage asks about what was found in one of several messages that r carries,
// and returns why it must not leave. sent says that some of it has left.
func (s *Server) weighMessage(r *http.Request, v *visit, f *guard.Finding, sent bool) error {
	why, held, err := s.weigh(r, v, f)
	if err != nil || !held || sent && why.amber() { // half a message is no time for a question
		return err
	}
	return s.stopMessage(r, v, why, sent)
}

// weighGone is weighMessage for what a message makes with those before it. gone says
// that what is secret of it has left with them.
func (s *Server) weighGone(r *http.Request, v *visit, f *guard.Finding, gone bool) error {
	why, held, err := s.weigh(r, v, f)
	if err != nil || !held {
		return err
	}
	return s.stopMessage(r, v, why, gone)
}

// stopMessage records why a message is held, and returns it unless all only is observed.
func (s *Server) stopMessage(r *http.Request, v *visit, why ruling, sent bool) error {
	observe := s.settings.Load().Observe
	why.sent = sent
	id := s.record(r.Context(), v, why, sent || observe, true)
	if observe {
		return nil
	}
	s.owe(r, v, why, id)
	return &heldError{why, id}
}
