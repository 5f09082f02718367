package proxy

import (
	"context"
	"net/http"

	"sekisho/interstitial"
	"sekisho/proxy/framing"
)

// net/http drops a field that would have to refuse a request before anybody could see
// it. So the bytes are looked at on their way to it (package framing).

// framed counts the requests on a client's connection, and knows those that have to be
// refused for where they end. A nil one notes nothing. With it goes how the connection
// ends.
type framed struct {
	framing.Requests
	served  int32 // the number of the request that is under way, for its handler
	handled bool  // a handler has, or had, the request that is answered now
	parting parting
}

// look takes note of n bytes that were read into p, of which it changes what net/http
// could not read.
func (c *framed) look(p []byte, n int) {
	if c != nil {
		c.Look(p[:n])
	}
}

// framedKey is the context key of the *framed of a request's connection.
type framedKey struct{}

func withFraming(ctx context.Context, c *framed) context.Context {
	if c == nil {
		return ctx
	}
	return context.WithValue(ctx, framedKey{}, c)
}

// countRequest is called once for each request that net/http's server hands on, which
// in HTTP/1 is one after the other.
func countRequest(r *http.Request) {
	if c, ok := r.Context().Value(framedKey{}).(*framed); ok && r.ProtoMajor == 1 {
		c.served++
		c.handled = true
	}
}

// next is told by net/http's server when an answer is out and it reads on.
func (c *framed) next(state http.ConnState) {
	if c != nil && state == http.StateIdle {
		c.handled = false
	}
}

// wrongFraming says why the request that ctx belongs to is to be refused, if it is.
// Then what follows it is not read any more.
func wrongFraming(ctx context.Context) framing.Wrong {
	c, _ := ctx.Value(framedKey{}).(*framed)
	if c == nil {
		return framing.Sound
	}
	why := c.Why(c.served)
	if why != framing.Sound {
		c.parting.unread.Store(true)
	}
	return why
}

// unfit returns why r is not to be passed on, or nil.
func unfit(r *http.Request) *failure {
	if status, detail := framing.Unfit(r, wrongFraming(r.Context())); detail != "" {
		return &failure{code: interstitial.CodeBadRequest, status: status, detail: detail}
	}
	return nil
}
