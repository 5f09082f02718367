package proxy

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/elazarl/goproxy"
	"go.uber.org/zap"

	"sekisho/interstitial"
	"sekisho/proxy/netconn"
	"sekisho/proxy/tlsflight"
	"sekisho/rules"
)

// dispatcher is the one door to goproxy, which is asked for nothing but the
// client's connection. Its own ways to accept, to answer, to intercept and to
// sign are never used, and a CONNECT that no handler took is rejected.
type dispatcher struct {
	server *Server
	proxy  *goproxy.ProxyHttpServer
}

// passage is what the dispatcher decided for one CONNECT.
type passage struct {
	// run owns the connection from here on. The client has not been
	// answered yet.
	run func(net.Conn)
	// drop takes back what was counted when run is never called; nil for a
	// refusal.
	drop func()
	crew *crew
	ran  bool
}

type passageKey struct{}

func newDispatcher(s *Server) *dispatcher {
	d := &dispatcher{server: s, proxy: goproxy.NewProxyHttpServer()}
	d.proxy.Logger = silentLogger{}
	d.proxy.ConnectDial = nil
	d.proxy.ConnectDialWithReq = func(*http.Request, string, string) (net.Conn, error) {
		return nil, net.ErrClosed // goproxy never dials
	}
	d.proxy.Tr = &http.Transport{Proxy: nil, DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, net.ErrClosed
	}}
	d.proxy.OnRequest().HandleConnectFunc(dispatchConnect)
	return d
}

// dispatchConnect hands the decision, which was made before, to goproxy.
func dispatchConnect(host string, ctx *goproxy.ProxyCtx) (*goproxy.ConnectAction, string) {
	p, _ := ctx.Req.Context().Value(passageKey{}).(*passage)
	if p == nil {
		return &goproxy.ConnectAction{Action: goproxy.ConnectReject}, host
	}
	return &goproxy.ConnectAction{
		Action: goproxy.ConnectHijack,
		Hijack: func(_ *http.Request, client net.Conn, _ *goproxy.ProxyCtx) {
			if p.ran = true; p.drop == nil {
				p.run(client) // a refusal, said at once
				return
			}
			// On a goroutine of its own, so that the server's, with its
			// buffers, is free.
			p.crew.run(func() { p.run(client) })
		},
	}, host
}

// ServeHTTP answers one CONNECT.
func (d *dispatcher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := d.server.decide(r)
	r = r.WithContext(context.WithValue(r.Context(), passageKey{}, p))
	d.proxy.ServeHTTP(earlyWriter{ResponseWriter: w}, r)
	if p.drop != nil && !p.ran { // the client was gone before it could be hijacked
		p.drop()
	}
}

// silentLogger drops goproxy's messages: they quote hosts as the client wrote
// them, and everything worth knowing is logged by us.
type silentLogger struct{}

func (silentLogger) Printf(string, ...any) {}

// decide judges a CONNECT before it is answered.
func (s *Server) decide(r *http.Request) *passage {
	// RequestURI is what the client wrote; the parsed URL has already been
	// interpreted once.
	t, err := parseTarget(r.RequestURI, 0)
	if err != nil {
		return s.refuse(r, target{}, &failure{code: interstitial.CodeBadRequest, detail: "CONNECT needs a host and a port", err: err})
	}
	v := &visit{client: clientOf(r), target: t, scheme: "https"}
	observe := s.settings.Load().Observe
	verdict, held := s.held(v.client, t)
	if t.ownSite() || t.drill() || held && !observe {
		return s.pass(r, v, func(c net.Conn, done func()) { s.intercept(c, v, nil, done) })
	}
	if f := s.checkPort(t.port); f != nil {
		return s.refuse(r, t, f)
	}
	if verdict.Opaque() {
		return s.decideTunnel(r, v)
	}
	switch byLabel, err := s.connects(r, v); {
	case err != nil:
		return s.refuse(r, t, notCompared(err))
	case byLabel != nil:
		return s.pass(r, v, func(c net.Conn, done func()) { s.intercept(c, v, byLabel, done) })
	}
	// A refused address is said here, where it is nobody's page. Anything
	// else that is wrong with the name is said inside the tunnel, because a
	// browser shows no answer to CONNECT but its own error.
	var trouble error
	// Of an origin that was verified a moment ago nothing need be asked: the next
	// connection to it is judged by its address like any other.
	if !s.origins.knows(t) {
		ctx, cancel := context.WithTimeout(r.Context(), dialTimeout)
		defer cancel()
		if trouble = s.mayReach(withVisit(ctx, v), t); trouble != nil {
			if f := classify(trouble); f.refusal() {
				return s.refuse(r, t, f)
			}
		}
	}
	return s.pass(r, v, func(c net.Conn, done func()) { s.intercept(c, v, trouble, done) })
}

// decideTunnel connects to a site that is never decrypted. The client hears
// whether that worked before it sends a byte. A name that only the list of
// never decrypted ones holds is intercepted after all, for the warning, when
// it leads to a blocked one.
func (s *Server) decideTunnel(r *http.Request, v *visit) *passage {
	var origin net.Conn
	p := s.pass(r, v, func(c net.Conn, done func()) {
		defer done()
		if s.established(c) {
			s.counts.tunnels.Inc()
			s.tunnels.splice(v, c, origin)
		}
		_ = c.Close()
		_ = origin.Close()
	})
	if p.drop == nil {
		return p // refused
	}
	origin, err := s.dial(withVisit(r.Context(), v), v.target)
	if err == nil {
		counted := p.drop
		p.drop = func() {
			_ = origin.Close()
			counted()
		}
		return p
	}
	p.drop()
	var blocked *BlockedError
	if errors.As(err, &blocked) && !rules.IsGenuine(v.target.name) {
		return s.pass(r, v, func(c net.Conn, done func()) { s.intercept(c, v, err, done) })
	}
	return s.refuse(r, v.target, classify(err))
}

// pass lets run have the connection, unless the client has too many. run calls
// done once, when the connection is closed.
func (s *Server) pass(r *http.Request, v *visit, run func(c net.Conn, done func())) *passage {
	if !s.limits.admit(v.client) {
		return s.refuse(r, v.target, &failure{code: interstitial.CodeLimit, detail: "this client holds too many connections"})
	}
	s.working.Add(1)
	done := sync.OnceFunc(func() {
		s.limits.release(v.client)
		s.working.Done()
	})
	return &passage{
		run: func(c net.Conn) {
			defer s.contain(c, done)
			run(c, done)
		},
		drop: done,
		crew: s.crew,
	}
}

// refuse is an answer to CONNECT that opens no tunnel.
func (s *Server) refuse(r *http.Request, t target, f *failure) *passage {
	page := s.failurePage(r, t, f)
	body, err := page.Render()
	if err != nil {
		s.log.Error("failure page not rendered", zap.String("code", string(f.code)), zap.Error(err))
	}
	h := http.Header{}
	page.SetHeaders(h)
	h.Set(errorHeader, string(f.code))
	answer := &http.Response{
		StatusCode: f.code.Status(), ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Close: true,
		ContentLength: int64(len(body)), Body: io.NopCloser(bytes.NewReader(body)),
	}
	var whole bytes.Buffer
	_ = answer.Write(&whole) // a buffer takes everything
	s.log.Debug("refused", siteField(t.name), zap.Uint16("port", t.port), zap.String("code", string(f.code)))
	return &passage{run: func(c net.Conn) { sayAndClose(c, whole.Bytes()) }}
}

// sayAndClose sends one answer and ends the connection. What the client has
// already sent behind its request is read for a moment, since a close with
// unread bytes is a reset, which may overtake the answer.
func sayAndClose(c net.Conn, answer []byte) {
	_ = c.SetDeadline(time.Now().Add(sayTime))
	if _, err := c.Write(answer); err == nil && netconn.CloseWrite(c) == nil {
		_, _ = io.Copy(io.Discard, io.LimitReader(c, tlsflight.MaxHello))
	}
	_ = c.Close()
}

// sayTime bounds a refusal: the client need only read it.
const sayTime = time.Second
