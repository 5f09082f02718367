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

// A line that begins like one of these tells where a body ends. The first is
// codedLine, the second lengthLine; both begin behind a line feed.
const (
	codedLine  = "\ntransfer-encoding"
	lengthLine = "\ncontent-length"
)

// codings notes whether a client's connection has ever named a transfer coding at
// the start of a line, and whether a length with it, without an empty line between
// them. An HTTP/1.0 request behind the one, and a chunked one behind both, is refused,
// whichever head it was in: who speaks 1.0 has no use for it, and a body that looks
// like such a head is rare before a chunked request. A nil one notes nothing. With it
// goes how the connection ends.
type codings struct {
	at          int // how much of a line's beginning is here, its line feed included
	maybe, head uint8
	named, both atomic.Bool
	parting     parting
}

const (
	aCoding uint8 = 1 << iota
	aLength
)

// headRead is what net/http's server reads at a time where a head may come; what
// is larger goes into a body's buffer and holds nothing else.
const headRead = 4 << 10

// look takes note of n bytes that were read into p.
func (c *codings) look(p []byte, n int) {
	if c == nil || len(p) > headRead || c.both.Load() {
		return
	}
	for p = p[:n]; len(p) > 0; {
		if c.at == 0 {
			i := bytes.IndexByte(p, '\n')
			if i < 0 {
				return
			}
			c.at, c.maybe, p = 1, aCoding|aLength, p[i+1:]
			continue
		}
		if c.at == 1 && (p[0] == '\r' || p[0] == '\n') {
			c.head = 0 // an empty line
		}
		if c.letter(p[0]|0x20) != 0 { // a CR looks like "-": no harm
			p = p[1:]
		}
	}
}

// letter goes on with a line's beginning, and returns what it may still be.
func (c *codings) letter(b byte) uint8 {
	if c.maybe&aCoding != 0 && codedLine[c.at] != b {
		c.maybe &^= aCoding
	}
	if c.maybe&aLength != 0 && lengthLine[c.at] != b {
		c.maybe &^= aLength
	}
	still := c.maybe
	switch c.at++; {
	case still == aCoding && c.at == len(codedLine):
		c.named.Store(true)
	case still == aLength && c.at == len(lengthLine):
	case still == 0:
		c.at = 0
		return 0
	default:
		return still
	}
	if c.head |= still; c.head == aCoding|aLength {
		c.both.Store(true)
	}
	c.at = 0
	return still
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

// refusesBoth reports whether the connection has named a length and a transfer coding
// in one head, which for a chunked request is reason to refuse it: net/http drops the length,
// and another reader may not (RFC 9112, section 6.3).
func refusesBoth(ctx context.Context) bool {
	c, _ := ctx.Value(codingsKey{}).(*codings)
	if c == nil || !c.both.Load() {
		return false
	}
	c.parting.unread.Store(true)
	return true
}

// errOldCoding is an HTTP/1.0 answer with a transfer coding.
var errOldCoding = errors.New("malformed HTTP response: a transfer coding in HTTP/1.0")
