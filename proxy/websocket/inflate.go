package websocket

import (
	"compress/flate"
	"errors"
	"io"
	"iter"
)

// Window is as far as deflate looks back (RFC 1951, section 2).
const Window = 32 << 10

// SyncTail ends each message; senders leave it out (RFC 7692, section 7.2.2).
var SyncTail = []byte{0, 0, 0xff, 0xff}

// ErrDeflate is a payload that is no deflate stream.
var ErrDeflate = errors.New("malformed compressed WebSocket message")

// Inflater undoes permessage-deflate for one direction of one WebSocket. With
// the tails put back all messages are one deflate stream, so that a sender
// may refer to earlier messages or not, as it likes. compress/flate only reads
// and cannot be given bytes as they come; here it runs as a coroutine that
// rests whenever it has read everything. It is for one goroutine.
type Inflater struct {
	input  []byte
	rest   func([]byte) bool // yields to whoever gave the input
	next   func() ([]byte, bool)
	stop   func()
	window []byte // the last of what came out, for a stream that begins anew
}

// NewInflater returns one that must be closed.
func NewInflater() *Inflater {
	in := &Inflater{}
	in.next, in.stop = iter.Pull(in.run)
	return in
}

// Write inflates p and gives what comes out to use, piece by piece, until use
// reports false.
func (in *Inflater) Write(p []byte, use func([]byte) bool) error {
	in.input = p
	for {
		out, ok := in.next()
		switch {
		case !ok:
			return ErrDeflate
		case out == nil:
			return nil // all was read
		case !use(out):
			return nil
		}
	}
}

// Close ends the coroutine.
func (in *Inflater) Close() { in.stop() }

// run yields what comes out, and nil when it needs more. It ends at an error.
func (in *Inflater) run(yield func([]byte) bool) {
	in.rest = yield
	buf := make([]byte, 16<<10)
	r := flate.NewReader(in)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			in.remember(buf[:n])
			if !yield(buf[:n]) {
				return
			}
		}
		switch {
		case errors.Is(err, io.EOF): // a final block; what follows is another stream
			if r.(flate.Resetter).Reset(in, in.window) != nil {
				return
			}
		case err != nil:
			return
		}
	}
}

func (in *Inflater) remember(p []byte) {
	in.window = append(in.window, p...)
	if over := len(in.window) - 2*Window; over > 0 {
		in.window = append(in.window[:0], in.window[len(in.window)-Window:]...)
	}
}

// Read implements [io.Reader] for the coroutine.
func (in *Inflater) Read(p []byte) (int, error) {
	for len(in.input) == 0 {
		if !in.rest(nil) {
			return 0, io.ErrClosedPipe
		}
	}
	n := copy(p, in.input)
	in.input = in.input[n:]
	return n, nil
}

// ReadByte implements [io.ByteReader], so that nothing is read ahead.
func (in *Inflater) ReadByte() (byte, error) {
	var b [1]byte
	_, err := in.Read(b[:])
	return b[0], err
}
