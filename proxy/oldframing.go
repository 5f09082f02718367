package proxy

import (
	"bytes"
	"context"
	"errors"
	"sync/atomic"
)

// A transfer coding in HTTP/1.0 is a message that two readers end at two places
// (RFC 9112, section 6.1), and net/http drops the field before anybody could see
// it. So the bytes are looked at on their way to it, requests here and answers in
// oldanswer.go.

// codedLine begins a line that names a transfer coding, in lower case.
const codedLine = "\ntransfer-encoding"

// codings notes whether a client's connection has ever named a transfer coding at
// the start of a line. An HTTP/1.0 request behind that is refused, whichever head
// it was in: who speaks 1.0 has no use for it. A nil one notes nothing. With it goes
// how the connection ends.
type codings struct {
	at      int // how much of codedLine is here
	named   atomic.Bool
	parting parting
}

// headRead is what net/http's server reads at a time where a head may come; what
// is larger goes into a body's buffer and holds nothing else.
const headRead = 4 << 10

// look takes note of n bytes that were read into p.
func (c *codings) look(p []byte, n int) {
	if c == nil || len(p) > headRead || c.named.Load() {
		return
	}
	for p = p[:n]; len(p) > 0; {
		switch {
		case c.at == 0:
			i := bytes.IndexByte(p, '\n')
			if i < 0 {
				return
			}
			c.at, p = 1, p[i+1:]
		case p[0]|0x20 != codedLine[c.at]: // a CR looks like "-": no harm
			c.at = 0
		case c.at == len(codedLine)-1:
			c.named.Store(true)
			return
		default:
			c.at, p = c.at+1, p[1:]
		}
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

// refusesCoding reports whether a transfer coding was named on the connection that
// ctx belongs to, which for a request of HTTP/1.0 is reason to refuse it.
func refusesCoding(ctx context.Context) bool {
	c, _ := ctx.Value(codingsKey{}).(*codings)
	if c == nil || !c.named.Load() {
		return false
	}
	c.parting.unread.Store(true) // net/http knows of no body there
	return true
}

// errOldCoding is an HTTP/1.0 answer with a transfer coding.
var errOldCoding = errors.New("malformed HTTP response: a transfer coding in HTTP/1.0")
