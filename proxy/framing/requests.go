package framing

import "sync/atomic"

// Wrong is why a request, and what follows it, is to be refused.
type Wrong uint8

// The reasons. [Unfit] says them in words.
const (
	Sound         Wrong = iota // none so far
	codedAndSized              // a length and a transfer coding (RFC 9112, section 6.3)
	codedOld                   // a transfer coding in HTTP/1.0 (RFC 9112, section 6.1)
	behindUnclear              // the end of what came before is not clear
	withFragment               // a target with a fragment (RFC 9110, section 7.1)
)

// Requests knows which request on a client's connection is the first whose end two
// readers would see at two places. Nothing behind it is taken for a request. One
// goroutine may look while others ask. The zero value stands at the beginning of a
// connection.
type Requests struct {
	heads   heads        // of whoever reads the connection
	wrongAt atomic.Int32 // the number of that request, from 1; zero as long as there is none
}

// Look takes note of the next bytes that were read, and hides in a path what net/http
// would refuse (package escapes). What may follow a change of protocol stays as it is.
func (r *Requests) Look(p []byte) {
	if r.heads.wrong != Sound {
		return
	}
	r.heads.feed(p)
	switch r.heads.wrong {
	case Sound:
	case behindUnclear:
		r.wrongAt.Store(r.heads.read + 1)
	default:
		r.wrongAt.Store(r.heads.read)
	}
}

// Why is why the request of that number, from 1, is to be refused, if it is.
func (r *Requests) Why(number int32) Wrong {
	if at := r.wrongAt.Load(); at == 0 || number < at {
		return Sound
	}
	return r.heads.wrong
}
