package proxy

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
)

// Where a body ends is told by a length or by a transfer coding. With both, and with a
// coding in HTTP/1.0, two readers end one message at two places (RFC 9112, sections 6.1
// and 6.3), and net/http drops the field before anybody could see it. So the bytes are
// looked at on their way to it, requests here and answers in oldanswer.go.

// codings knows which request on a client's connection is the first that has to be
// refused for that. Nothing behind it is taken for a request. A nil one notes nothing.
// With it goes how the connection ends.
type codings struct {
	heads   heads        // of whoever reads the connection
	wrongAt atomic.Int32 // the number of that request, from 1; zero as long as there is none
	served  int32        // the number of the request that is under way, for its handler
	parting parting
}

// look takes note of n bytes that were read into p.
func (c *codings) look(p []byte, n int) {
	if c == nil || c.heads.wrong != rightSoFar {
		return
	}
	c.heads.feed(p[:n])
	switch c.heads.wrong {
	case rightSoFar:
	case wrongBefore:
		c.wrongAt.Store(c.heads.read + 1)
	default:
		c.wrongAt.Store(c.heads.read)
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
	at := c.wrongAt.Load()
	if at == 0 || c.served < at {
		return rightSoFar
	}
	c.parting.unread.Store(true)
	return c.heads.wrong
}

// errOldCoding is an HTTP/1.0 answer with a transfer coding.
var errOldCoding = errors.New("malformed HTTP response: a transfer coding in HTTP/1.0")
