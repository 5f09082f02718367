package proxy

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"go.uber.org/zap"

	"sekisho/interstitial"
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
		ConnState:                    s.limits.watch,
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
		s.record(r.Context(), v, ruling.ByName(verdict), true, isNavigation(r))
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

// visitKey is the context key of the *visit that a request belongs to.
type visitKey struct{}

func withVisit(ctx context.Context, v *visit) context.Context {
	return context.WithValue(ctx, visitKey{}, v)
}

func visitOf(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}

// recovering turns a panic in our own code into an answer and a log line, so
// that one request cannot take others along. net/http's own way to abort a
// response is passed on.
func (s *Server) recovering(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tw := &trackedWriter{ResponseWriter: w}
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p)
			}
			// The value may quote what the client sent; its type does not.
			s.log.Error("panic while serving", zap.String("type", typeName(p)), zap.Stack("stack"))
			if tw.begun {
				panic(http.ErrAbortHandler) // half an answer must not look whole
			}
			clear(w.Header())
			w.Header().Set("Connection", "close")
			s.fail(w, r, target{}, &failure{code: interstitial.CodeInternal, detail: "an error in sekisho itself"})
		}()
		next.ServeHTTP(tw, r)
	})
}

// trackedWriter knows whether an answer has begun.
type trackedWriter struct {
	http.ResponseWriter
	begun bool
}

// WriteHeader implements [http.ResponseWriter]. Informational answers are no
// beginning.
func (w *trackedWriter) WriteHeader(status int) {
	w.begun = w.begun || status >= 200 || status == http.StatusSwitchingProtocols
	if h := w.Header(); h["Content-Type"] == nil && status >= 200 {
		h["Content-Type"] = nil // or net/http guesses one and makes HTML of it
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (w *trackedWriter) Write(p []byte) (int, error) {
	w.begun = true
	return w.ResponseWriter.Write(p)
}

// Unwrap lets [http.ResponseController] reach the writer below.
func (w *trackedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// typeName names the type of a panic's value.
func typeName(v any) string { return fmt.Sprintf("%T", v) }

// quietLog takes what net/http has to say about single connections: handshake
// noise and malformed requests, which quote bytes of the network. Only that
// something was said is kept.
func quietLog(l *zap.Logger) *log.Logger {
	return log.New(writerFunc(func(p []byte) (int, error) {
		l.Debug("http server complained", zap.Int("bytes", len(p)))
		return len(p), nil
	}), "", 0)
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

var _ io.Writer = writerFunc(nil)
