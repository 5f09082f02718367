package proxy

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sekisho/proxy/connect"
	"sekisho/proxy/framing"
	"sekisho/proxy/recent"
)

// Requests without TLS go through an upstream proxy in a tunnel as well, so that
// what the proxy says for itself cannot be taken for the site's, and no connection
// is shared between sites. A proxy that opens no tunnel to their port, as squid by
// its own rules does not, gets them in absolute form (RFC 9112, section 3.2.2).

// clearWayFor is how long it is remembered which of the two a proxy takes.
const clearWayFor = 10 * time.Minute

// maxClearWays bounds the memory of it.
const maxClearWays = 256

// clearWay is how a proxy takes requests without TLS.
type clearWay uint8

const (
	unknownWay clearWay = iota
	tunnelWay
	absoluteWay
)

// clearWays remembers the way for each proxy and port.
type clearWays struct {
	mu   sync.Mutex
	ways *recent.Map[clearWayKey, rememberedWay]
}

type clearWayKey struct {
	proxy string
	port  uint16
}

type rememberedWay struct {
	way   clearWay
	until time.Time
}

func newClearWays() *clearWays {
	return &clearWays{ways: recent.New[clearWayKey, rememberedWay](maxClearWays)}
}

func (c *clearWays) get(key clearWayKey) clearWay {
	c.mu.Lock()
	defer c.mu.Unlock()
	if w, ok := c.ways.Get(key); ok && time.Now().Before(w.until) {
		return w.way
	}
	return unknownWay
}

func (c *clearWays) set(key clearWayKey, w clearWay) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ways.Put(key, rememberedWay{way: w, until: time.Now().Add(clearWayFor)})
}

// sendClear sends a request without TLS to t through via.
func (o *origins) sendClear(r *http.Request, t target, via *url.URL, by *http.Transport) (*http.Response, error) {
	key := clearWayKey{via.Host, t.port}
	way := o.clearWays.get(key)
	upgrade := r.Header.Get("Upgrade") != "" // needs a tunnel
	if way == absoluteWay && !upgrade {
		return o.sendAbsolute(r, t, via, by)
	}
	attempt := r
	if r.Body != nil && r.Body != http.NoBody {
		attempt = r.WithContext(r.Context())
		attempt.Body = &untouchedBody{ReadCloser: r.Body}
	}
	resp, err := framing.RoundTrip(by, attempt)
	var refused *connect.Refused
	switch {
	case !errors.As(err, &refused):
		if err == nil {
			o.clearWays.set(key, tunnelWay)
		}
		return resp, err
	case way == tunnelWay || upgrade || !refused.ByRule():
		return nil, err
	}
	resp, err = o.sendAbsolute(r, t, via, by)
	if err == nil && resp.StatusCode == refused.Status { // said twice, by the same
		_ = resp.Body.Close()
		return nil, refused
	}
	if err == nil {
		o.clearWays.set(key, absoluteWay)
	}
	return resp, err
}

// untouchedBody stays open when it is closed before anything was read of it: the
// transport closes the body of a request for which it gets no connection, and that
// one is sent again.
type untouchedBody struct {
	io.ReadCloser
	touched atomic.Bool
}

// Read implements [io.Reader].
func (b *untouchedBody) Read(p []byte) (int, error) {
	b.touched.Store(true)
	return b.ReadCloser.Read(p)
}

// Close implements [io.Closer].
func (b *untouchedBody) Close() error {
	if !b.touched.Load() {
		return nil // whoever made it closes it
	}
	return b.ReadCloser.Close()
}

// viaKey is the context key of the *url.URL of the proxy that a request goes to in
// absolute form.
type viaKey struct{}

func viaOf(ctx context.Context) *url.URL {
	via, _ := ctx.Value(viaKey{}).(*url.URL)
	return via
}

// sendAbsolute sends r to via with the whole URL. A connection to the proxy is used
// for all sites, so that each request's target is looked at.
func (o *origins) sendAbsolute(r *http.Request, t target, via *url.URL, by *http.Transport) (*http.Response, error) {
	if err := o.server.mayHandOver(r.Context(), t); err != nil {
		return nil, err
	}
	r = r.WithContext(context.WithValue(r.Context(), viaKey{}, via))
	if strings.HasPrefix(r.URL.Opaque, "/") { // the path and query as they were sent
		u := *r.URL
		u.Opaque = "http://" + t.authority("http") + u.Opaque
		r.URL = &u
	}
	resp, err := framing.RoundTrip(by, r)
	if err != nil {
		return nil, err
	}
	if proxySpeaks(resp) {
		_ = resp.Body.Close()
		return nil, &connect.Refused{Status: resp.StatusCode}
	}
	return resp, nil
}

// proxySpeaks reports whether an answer is the upstream proxy's own, as far as that
// can be seen: 407 is for proxies alone, and squid marks its error pages.
func proxySpeaks(resp *http.Response) bool {
	return resp.StatusCode == http.StatusProxyAuthRequired || resp.StatusCode >= 400 && resp.Header.Get("X-Squid-Error") != ""
}
