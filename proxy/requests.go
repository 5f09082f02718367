package proxy

import "sync/atomic"

// Requests knows which request on a client's connection is the first whose end two
// readers would see at two places. Nothing behind it is taken for a request. One
// goroutine reads the connection; any other may ask.
type Requests struct {
	heads   heads        // of whoever reads the connection
	wrongAt atomic.Int32 // the number of that request, from 1; zero as long as there is none
}

// Look takes note of the next bytes that were read.
func (r *Requests) Look(p []byte) {
	if r.heads.wrong != rightSoFar {
		return
	}
	r.heads.feed(p)
	switch r.heads.wrong {
	case rightSoFar:
	case wrongBefore:
		r.wrongAt.Store(r.heads.read + 1)
	default:
		r.wrongAt.Store(r.heads.read)
	}
}

// Why is why the request of that number, from 1, is to be refused, if it is.
func (r *Requests) Why(number int32) wrong {
	if at := r.wrongAt.Load(); at == 0 || number < at {
		return rightSoFar
	}
	return r.heads.wrong
}
