package h2

import "encoding/binary"

// frames knows, of a client's bytes of HTTP/2, whether a head has begun and is not
// whole (RFC 9113, sections 4.1 and 6.10). It trusts nothing of them: the server judges
// them. The zero value stands at the beginning of a connection.
type frames struct {
	inHead bool
	begun  uint64 // frames, but those that go on with a head
	past   int    // bytes that were passed of the preface
	left   int    // of a frame's payload
	header [frameHead]byte
	n      int // bytes of header that are here
}

const (
	prefaceLength = 24 // RFC 9113, section 3.4

	frameHeaders      = 1
	frameContinuation = 9
	flagEndHeaders    = 4
)

// underWay reports whether a head has begun and is not whole, or the beginning of a frame,
// which may be that of one.
func (f *frames) underWay() bool { return f.inHead || f.n > 0 }

// feed takes the next bytes.
func (f *frames) feed(p []byte) {
	preface := min(prefaceLength-f.past, len(p))
	f.past += preface
	for p = p[preface:]; len(p) > 0; {
		if f.left > 0 {
			n := min(f.left, len(p))
			f.left, p = f.left-n, p[n:]
		} else {
			if f.n == 0 && !f.inHead {
				f.begun++
			}
			n := copy(f.header[f.n:], p)
			f.n, p = f.n+n, p[n:]
			if f.n < len(f.header) {
				return
			}
			f.n, f.left = 0, int(binary.BigEndian.Uint32(f.header[:4])>>8)
			if f.header[3] == frameHeaders {
				f.inHead = true
			}
		}
		if f.left == 0 {
			f.ended()
		}
	}
}

// ended is at the end of a frame.
func (f *frames) ended() {
	switch f.header[3] {
	case frameHeaders, frameContinuation:
		f.inHead = f.inHead && f.header[4]&flagEndHeaders == 0
	}
}
