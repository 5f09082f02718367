package proxy

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"

	"sekisho/interstitial"
	"sekisho/proxy/framing"
)

// maxResponseHeader is what an origin's response head may measure.
const maxResponseHeader = 256 << 10

// What an origin may send ahead of a client that reads slowly, on one stream of HTTP/2.
// It has to be more than comes within a round trip for a download to go at the line's
// speed; a narrow one is still more than most of what a page consists of.
const (
	wideWindow   = 512 << 10
	narrowWindow = 64 << 10
)

// narrowKey is in the context of a request whose answer gets a narrow window.
type narrowKey struct{}

// transport is a pool of connections to origins that may speak HTTP/2, or may
// not.
func (o *origins) transport(http1 bool) *http.Transport {
	t := &http.Transport{
		// Never the environment's, which may name ourselves.
		Proxy:                  func(r *http.Request) (*url.URL, error) { return viaOf(r.Context()), nil },
		DisableCompression:     true,
		MaxIdleConns:           o.server.bounds.pooled,
		MaxIdleConnsPerHost:    256,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: maxResponseHeader,
		WriteBufferSize:        16 << 10,
		ReadBufferSize:         16 << 10,
		// Asks the origin before drawing the body from a client that waits
		// for its word; an origin that ignores Expect costs this much.
		ExpectContinueTimeout: time.Second,
		ForceAttemptHTTP2:     !http1,
		DialContext: func(ctx context.Context, _, addr string) (net.Conn, error) {
			tgt, err := parseTarget(addr, 0)
			if err != nil {
				return nil, &failure{code: interstitial.CodeBadRequest, detail: "unusable address", err: err}
			}
			if via := viaOf(ctx); via != nil {
				return framing.Dialled(o.server.dialProxy(ctx, via))
			}
			return framing.Dialled(o.server.dial(ctx, tgt))
		},
		DialTLSContext: func(ctx context.Context, _, addr string) (net.Conn, error) {
			tgt, err := parseTarget(addr, 0)
			if err != nil {
				return nil, &failure{code: interstitial.CodeBadRequest, detail: "unusable address", err: err}
			}
			key := originKey{tgt, http1}
			if c := o.unpark(key); c != nil {
				return framing.DialledTLS(c, nil)
			}
			return framing.DialledTLS(o.dialTLS(ctx, key, o.asking()))
		},
	}
	t.HTTP2 = &http.HTTP2Config{MaxReceiveBufferPerStream: wideWindow}
	if http1 {
		t.Protocols = new(http.Protocols)
		t.Protocols.SetHTTP1(true)
	}
	return t
}

// RoundTrip implements [http.RoundTripper] for requests that carry a visit.
func (o *origins) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := o.send(disownHints(r))
	if err != nil {
		return nil, err
	}
	if resp.StatusCode < 100 {
		_ = resp.Body.Close()
		return nil, errStatus
	}
	return resp, nil
}

// errStatus is an answer whose version or status is none of HTTP/1.1, which
// net/http reads but cannot write.
var errStatus = errors.New("malformed HTTP response: impossible status line")

func (o *origins) send(r *http.Request) (*http.Response, error) {
	if h := claimHandover(r); h != nil {
		return h.roundTrip(r)
	}
	if t := o.bonded(r); t != nil {
		return o.sendBy(r, t)
	}
	v := visitOf(r.Context())
	if v != nil && v.target.drill() {
		return o.server.drillOrigin(r, v), nil
	}
	if v == nil || v.http1 || r.Header.Get("Upgrade") != "" {
		return o.sendBy(r, o.h1)
	}
	if r.Context().Value(narrowKey{}) != nil {
		return o.sendBy(r, o.narrow)
	}
	return o.sendBy(r, o.h2)
}

// sendBy sends r by one of the pools.
func (o *origins) sendBy(r *http.Request, by *http.Transport) (*http.Response, error) {
	if r.URL.Scheme == "http" {
		if t, err := parseTarget(r.URL.Host, defaultPort("http")); err == nil {
			if via := o.server.upstreamProxyFor(t.name); via != nil {
				return o.sendClear(r, t, via, by)
			}
		}
	}
	return framing.RoundTrip(by, r)
}
