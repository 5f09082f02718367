package proxy

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"sekisho/interstitial"
	"sekisho/proxy/escapes"
	"sekisho/proxy/ruling"
)

// newFrontServer is the server that clients connect to. It reads one head at
// a time and leaves CONNECT to the dispatcher.
func newFrontServer(s *Server) *http.Server {
	h1 := new(http.Protocols)
	h1.SetHTTP1(true)
	return &http.Server{
		Handler:           s.recovering(http.HandlerFunc(s.serveFront)),
		ReadHeaderTimeout: s.bounds.head,
		IdleTimeout:       s.bounds.idle,
		MaxHeaderBytes:    maxHeaderBytes,
		// OPTIONS * is for the site, not for us to answer.
		DisableGeneralOptionsHandler: true,
		ConnState: func(c net.Conn, state http.ConnState) {
			s.limits.watch(c, state)
			c.(*frontConn).coded.next(state)
		},
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			front := c.(*frontConn) // frontListener makes no others
			return withFraming(withBond(context.WithValue(front.requests(ctx), connKey{}, front), &front.bond), &front.coded)
		},
		ErrorLog:  quietLog(s.log),
		Protocols: h1,
	}
}

// listenFront binds the proxy's own address, if there is one.
func listenFront(address string) (net.Listener, net.Addr, error) {
	if address == "" {
		return nil, new(net.TCPAddr), nil
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, nil, fmt.Errorf("listen for the proxy on %q: %w", address, err)
	}
	return l, l.Addr(), nil
}

func closeFront(l net.Listener) error {
	if l == nil {
		return nil
	}
	return l.Close()
}

// serveFront sorts what clients ask of the proxy port.
func (s *Server) serveFront(w http.ResponseWriter, r *http.Request) {
	countRequest(r)
	escapes.Restore(r)
	conn := r.Context().Value(connKey{}).(*frontConn)
	switch client := conn.client; {
	case s.limits.late(conn):
		w.Header().Set("Connection", "close")
		s.fail(w, r, target{}, &failure{code: interstitial.CodeLimit, detail: "too many connections are open"})
	case !allowed(s.settings.Load().Clients, client):
		w.Header().Set("Connection", "close")
		s.fail(w, r, target{}, &failure{code: interstitial.CodeClient, detail: client.String() + " is not in access.clients"})
	case r.Method == http.MethodConnect:
		s.presentByProxy(client)
		s.dispatch.ServeHTTP(w, r)
	case r.URL.IsAbs():
		s.presentByProxy(client)
		s.serveClear(w, r)
	default:
		s.fail(w, r, target{}, &failure{code: interstitial.CodeNotProxy, detail: "the request names no site"})
	}
}

// serveClear answers a request for an http URL. The URL decides; what the Host
// header says is not looked at (RFC 9112, section 3.2.2).
func (s *Server) serveClear(w http.ResponseWriter, r *http.Request) {
	if !strings.EqualFold(r.URL.Scheme, "http") {
		s.fail(w, r, target{}, &failure{code: interstitial.CodeBadRequest, detail: "only http URLs can be asked for without CONNECT"})
		return
	}
	t, err := parseTarget(r.URL.Host, defaultPort("http"))
	if err != nil {
		s.fail(w, r, target{}, &failure{code: interstitial.CodeBadRequest, detail: "the URL's host is not valid", err: err})
		return
	}
	s.serveVisit(w, r, &visit{client: clientOf(r), target: t, scheme: "http"})
}

// serveVisit judges one request and forwards or answers it. Every request
// that reaches a site passes here, whichever way it came.
func (s *Server) serveVisit(w http.ResponseWriter, r *http.Request, v *visit) {
	if v.inFlight != nil {
		v.inFlight.begin()
		defer v.inFlight.end()
	}
	if visitOf(r.Context()) != v {
		r = r.WithContext(withVisit(r.Context(), v))
	}
	if !allowed(s.settings.Load().Clients, v.client) { // no longer, since a reload
		s.fail(w, r, v.target, &failure{code: interstitial.CodeClient, detail: v.client.String() + " is not in access.clients"})
		return
	}
	if f := unfit(r); f != nil {
		if r.ProtoMajor == 1 { // who misreads one head misreads the next
			w.Header().Set("Connection", "close")
		}
		s.fail(w, r, v.target, f)
		return
	}
	if v.target.ownSite() {
		s.serveOwnSite(w, r, v)
		return
	}
	if verdict, held := s.held(v.client, v.target); held {
		if !s.settings.Load().Observe {
			s.hold(w, r, v, ruling.ByName(verdict))
			return
		}
		s.recordPassed(r.Context(), v, ruling.ByName(verdict), isNavigation(r))
	}
	if v.broken != nil {
		s.answerError(w, r, v, v.broken)
		return
	}
	if f := s.checkPort(v.target.port); f != nil && !v.target.drill() {
		s.fail(w, r, v.target, f)
		return
	}
	s.forwarder.ServeHTTP(w, r)
}

// connKey is the context key of a request's connection to the front server.
type connKey struct{}

// clientOf is the client on whose connection r came.
func clientOf(r *http.Request) netip.Addr { return r.Context().Value(connKey{}).(*frontConn).client }
