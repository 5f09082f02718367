package proxy

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"strings"

	"sekisho/interstitial"
	"sekisho/proxy/escapes"
	"sekisho/proxy/h2"
	"sekisho/proxy/upload"
)

// newInnerServer is the server behind intercepted tunnels, for HTTP/1.1. One serves
// all of them; what belongs to a tunnel is in its innerConn.
func newInnerServer(s *Server) *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Server{
		Handler:           s.recovering(http.HandlerFunc(s.serveInner)),
		ReadHeaderTimeout: s.bounds.head,
		IdleTimeout:       s.bounds.idle,
		MaxHeaderBytes:    maxHeaderBytes,
		// OPTIONS * is for the site, not for us to answer.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     quietLog(s.log),
		Protocols:                    protocols,
		ConnState: func(c net.Conn, state http.ConnState) {
			if inner, ok := c.(*innerConn); ok {
				inner.coded.next(state)
			}
		},
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			if n := accounted(c); n != nil {
				ctx = n.requests(ctx)
			}
			if h, ok := c.(*h2.Conn); ok {
				c = h.Conn
			}
			if t, ok := c.(*tls.Conn); ok {
				c = t.NetConn()
			}
			if inner, ok := c.(*innerConn); ok {
				ctx = withFraming(withBond(withVisit(ctx, inner.visit), &inner.bond), inner.coded)
			}
			return ctx
		},
	}
}

// newStreamServer is the same for HTTP/2. TLS is no business of its: it gets
// connections of package h2.
func newStreamServer(s *Server) *http.Server {
	server := newInnerServer(s)
	server.Handler = s.recovering(http.HandlerFunc(s.serveStream))
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	server.Protocols = protocols
	server.MaxHeaderBytes = 2 * maxHeaderBytes // see framing.MaxHead
	server.HTTP2 = &http.HTTP2Config{
		MaxConcurrentStreams: 250,
		// A download must not wait for the default 64 KiB windows of
		// uploads it is mixed with.
		MaxReceiveBufferPerConnection: 4 << 20,
		MaxReceiveBufferPerStream:     1 << 20,
	}
	return server
}

// serveStream is serveInner for HTTP/2, where the requests under way are more than the
// connections.
func (s *Server) serveStream(w http.ResponseWriter, r *http.Request) {
	if v := visitOf(r.Context()); v != nil {
		if !s.streaming.admit(v.client) {
			s.fail(w, r, v.target, &failure{code: interstitial.CodeLimit, detail: "too many requests are under way"})
			return
		}
		defer s.streaming.release(v.client)
		if own, all := s.streaming.underWay(v.client); own > s.bounds.perClientWide || all > s.bounds.wide {
			r = r.WithContext(context.WithValue(r.Context(), narrowKey{}, true))
		}
	}
	defer upload.TakeRest(w, r)
	s.serveInner(w, r)
}

// serveInner answers a request inside a tunnel. Its authority must be the one
// that the tunnel was opened to: a browser that reuses a connection for
// another name (RFC 9113, section 9.1.1), or software that writes one name
// outside and another inside, is told so.
func (s *Server) serveInner(w http.ResponseWriter, r *http.Request) {
	countRequest(r)
	escapes.Restore(r)
	v := visitOf(r.Context())
	if v == nil {
		s.fail(w, r, target{}, &failure{code: interstitial.CodeInternal, detail: "a connection without a target"})
		return
	}
	if met, first := v.began.meet(r); first {
		r = met
		defer v.began.drop()
	}
	if r.Method == http.MethodConnect {
		s.fail(w, r, v.target, &failure{code: interstitial.CodeBadRequest, detail: "CONNECT inside a tunnel"})
		return
	}
	if strings.ContainsAny(r.RequestURI, " \t") {
		// HTTP/2 can carry it, and net/http would write it into a request line.
		s.fail(w, r, v.target, &failure{code: interstitial.CodeBadRequest, detail: "the request target has a space in it"})
		return
	}
	if r.Host == "" && !r.ProtoAtLeast(1, 1) {
		r.Host = v.target.authority(v.scheme) // HTTP/1.0 need not have one
	}
	if !sameAuthority(r.Host, v.scheme, v.target) || !sameHosts(r, v) ||
		r.URL.IsAbs() && (r.URL.Scheme != v.scheme || !sameAuthority(r.URL.Host, v.scheme, v.target)) {
		s.fail(w, r, v.target, &failure{code: interstitial.CodeMisdirected, detail: "the request names another site than its tunnel"})
		return
	}
	s.serveVisit(w, r, v)
}

// sameHosts reports whether the Host fields that an HTTP/2 request may carry
// beside its authority name the same site (RFC 9113, section 8.3.1). net/http
// leaves them unread, and in the headers.
func sameHosts(r *http.Request, v *visit) bool {
	for _, host := range r.Header["Host"] {
		if !sameAuthority(host, v.scheme, v.target) {
			return false
		}
	}
	return true
}
