package proxy

import (
	"context"
	"errors"
	"net/http"
	"net/http/httputil"
	"strings"
	"sync"

	"sekisho/interstitial"
	"sekisho/proxy/ruling"
	"sekisho/proxy/upload"
	"sekisho/rules"
)

// forwarder sends requests to origins and streams the answers back.
type forwarder struct {
	server *Server
	proxy  *httputil.ReverseProxy
}

func newForwarder(s *Server) *forwarder {
	f := &forwarder{server: s}
	f.proxy = &httputil.ReverseProxy{
		Rewrite:        rewrite,
		Transport:      s.origins,
		FlushInterval:  -1, // whatever an origin sends at once arrives at once
		BufferPool:     &buffers{},
		ModifyResponse: f.received,
		ErrorHandler:   f.failed,
		ErrorLog:       quietLog(s.log),
	}
	return f
}

// ServeHTTP implements [http.Handler].
func (f *forwarder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body *upload.Body
	v := visitOf(r.Context())
	if r.ContentLength != 0 {
		upload.BothWays(w, r)
		body = upload.New(w, r, f.server.heldBytes, v.client, f.server.bounds.stall)
		defer func() { _ = body.Close() }()
		if last := partingOf(r); last != nil {
			w = &lastAnswer{ResponseWriter: w, body: body}
			defer last.unlessWhole(body)
		}
		r.Body = body
	}
	goes, compared := f.server.examine(w, r, v, body)
	if !goes {
		body.TakeRest()
		return
	}
	f.server.sends(r, v, compared)
	if isUpgrade(r) {
		w, r = f.upgrading(w, r)
	} else {
		// Declined (RFC 9110, section 7.8): what is said in another protocol,
		// h2c above all, could not be judged.
		r.Header.Del("Upgrade")
		r.Header.Del("Http2-Settings")
	}
	f.proxy.ServeHTTP(w, r)
}

// received looks at what an origin answers, before the client hears of it.
func (f *forwarder) received(resp *http.Response) error {
	disown(resp)
	if v := visitOf(resp.Request.Context()); len(resp.Header["Set-Cookie"]) > 0 && !f.server.unread(v) {
		f.server.handed.sets(v.client, v.target.name, resp.Header["Set-Cookie"])
	}
	if resp.StatusCode == http.StatusResetContent { // RFC 9110, section 15.3.6
		_ = resp.Body.Close()
		resp.Body, resp.ContentLength = http.NoBody, 0
		resp.Header.Set("Content-Length", "0")
	}
	return f.watch(resp)
}

// rewrite aims the request at its target and gives back what ReverseProxy
// takes away: it is written for the edge of a server's own network, where
// forwarding headers are forged and odd queries are attacks. Here they are
// the client's own business, and pass unchanged.
func rewrite(pr *httputil.ProxyRequest) {
	v := visitOf(pr.In.Context())
	pr.Out.URL.Scheme = v.scheme
	pr.Out.URL.Host = v.target.String()
	pr.Out.URL.User = nil
	pr.Out.URL.RawQuery = pr.In.URL.RawQuery
	pr.Out.URL.ForceQuery = pr.In.URL.ForceQuery
	if asSent, ok := targetAsSent(pr.In.RequestURI); ok {
		pr.Out.URL.Opaque, pr.Out.URL.RawQuery, pr.Out.URL.ForceQuery = asSent, "", false
	}
	pr.Out.Host = v.target.authority(v.scheme)
	if sameAuthority(pr.In.Host, v.scheme, v.target) {
		pr.Out.Host = pr.In.Host // as the client wrote it, port and all
	}
	if pr.Out.Body != nil {
		pr.Out.Body = pr.In.Body // an upload.Body; see there
	}
	if !rules.IsGenuine(v.target.name) {
		reduceCodings(pr.Out.Header)
	}
	for name, values := range pr.In.Header {
		if name == "Forwarded" || strings.HasPrefix(name, "X-Forwarded-") {
			pr.Out.Header[name] = values
		}
	}
	// The same map: the server fills in the values once the body was read,
	// which is when the transport writes them.
	pr.Out.Trailer = pr.In.Trailer
}

// targetAsSent is the path and query of a request target, byte for byte, so that
// what a site signed or spelled in its own way stays as it is. It reports false
// for what [net/url] would read as something else.
func targetAsSent(uri string) (string, bool) {
	if _, rest, absolute := strings.Cut(uri, "://"); absolute && uri[0] != '/' {
		i := strings.IndexAny(rest, "/?")
		if i < 0 {
			return "/", true
		}
		if uri = rest[i:]; uri[0] == '?' {
			uri = "/" + uri
		}
	}
	odd := func(r rune) bool { return r <= ' ' || r == 0x7f || r == '#' }
	if !strings.HasPrefix(uri, "/") || strings.HasPrefix(uri, "//") || strings.ContainsFunc(uri, odd) {
		return "", false
	}
	return uri, true
}

// failed answers a request that could not be forwarded.
func (f *forwarder) failed(w http.ResponseWriter, r *http.Request, err error) {
	v := visitOf(r.Context())
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		panic(http.ErrAbortHandler) // the client is gone; nobody reads an answer
	}
	body, _ := r.Body.(*upload.Body)
	var held *heldError
	if errors.As(body.Stopped(), &held) || errors.As(err, &held) {
		f.server.answerHeld(w, r, held)
		return
	}
	if body != nil && body.Malformed() {
		f.server.fail(w, r, v.target, &failure{code: interstitial.CodeBadRequest, detail: "the request's body is malformed"})
		return
	}
	if !f.server.origins.insisted(v.target, err) {
		f.server.origins.forget(v.target)
	} else if askAgain(w, r) {
		return
	}
	f.server.answerError(w, r, v, err)
}

// answerError answers a request whose site could not be used. A name that
// leads, by an alias, to a blocked one is held back like that one.
func (s *Server) answerError(w http.ResponseWriter, r *http.Request, v *visit, err error) {
	var blocked *BlockedError
	if !errors.As(err, &blocked) {
		s.fail(w, r, v.target, classify(err))
		return
	}
	s.hold(w, r, v, ruling.ByName(blocked.verdict()))
}

// buffers lends the copy loop its memory.
type buffers struct{ pool sync.Pool }

// copyBuffer is what one body is streamed through.
const copyBuffer = 32 << 10

// Get implements [httputil.BufferPool].
func (b *buffers) Get() []byte {
	if p, ok := b.pool.Get().(*[]byte); ok {
		return *p
	}
	return make([]byte, copyBuffer)
}

// Put implements [httputil.BufferPool].
func (b *buffers) Put(p []byte) { b.pool.Put(&p) }
