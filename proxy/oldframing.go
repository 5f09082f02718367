package proxy

import (
	"context"
	"net/http"
)

// net/http drops a field that would have to refuse a request before anybody could see
// it. So the bytes are looked at on their way to it (package framing).

// codings counts the requests on a client's connection, and knows those that have to be
// refused for where they end. A nil one notes nothing. With it goes how the connection
// ends.
type codings struct {
	Requests
	served  int32 // the number of the request that is under way, for its handler
	parting parting
}

// look takes note of n bytes that were read into p.
func (c *codings) look(p []byte, n int) {
	if c != nil {
		c.Look(p[:n])
	}
}

// codingsKey is the context key of the *codings of a request's connection.
type codingsKey struct{}

func withCodings(ctx context.Context, c *codings) context.Context {
	if c == nil {
		return ctx
	}
	return context.WithValue(ctx, codingsKey{}, c)
}

// countRequest is called once for each request that net/http's server hands on, which
// in HTTP/1 is one after the other.
func countRequest(r *http.Request) {
	if c, ok := r.Context().Value(codingsKey{}).(*codings); ok && r.ProtoMajor == 1 {
		c.served++
	}
}

// wrongFraming says why the request that ctx belongs to is to be refused, if it is.
// Then what follows it is not read any more.
func wrongFraming(ctx context.Context) wrong {
	c, _ := ctx.Value(codingsKey{}).(*codings)
	if c == nil {
		return rightSoFar
	}
	why := c.Why(c.served)
	if why != rightSoFar {
		c.parting.unread.Store(true)
	}
	return why
}
