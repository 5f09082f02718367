package coding

import "io"

// intake is what a decoder reads from: a little of the stage before it, or of what is
// pushed, and whether asking for more would mean to wait.
type intake struct {
	from  io.Reader
	waits func() bool // whether Read of from may wait; nil: always
	buf   [4 << 10]byte
	r, w  int
	err   error
}

// ready reports whether there is a byte, or the end, without waiting for it.
func (in *intake) ready() bool { return in.r < in.w || in.err != nil || in.waits != nil && !in.waits() }

// fill reads more. It reports whether there is any.
func (in *intake) fill() bool {
	for empty := 0; in.r == in.w && in.err == nil; {
		in.r = 0
		if in.w, in.err = in.from.Read(in.buf[:]); in.w == 0 && in.err == nil {
			if empty++; empty == 100 {
				in.err = io.ErrNoProgress
			}
		}
	}
	return in.r < in.w
}

// ReadByte implements [io.ByteReader].
func (in *intake) ReadByte() (byte, error) {
	if in.r == in.w && !in.fill() {
		return 0, in.err
	}
	b := in.buf[in.r]
	in.r++
	return b, nil
}

// Read implements [io.Reader].
func (in *intake) Read(p []byte) (int, error) {
	if in.r == in.w && !in.fill() {
		return 0, in.err
	}
	n := copy(p, in.buf[in.r:in.w])
	in.r += n
	return n, nil
}

// peek returns the next n bytes, or fewer at the end, without taking them. It is for
// the first bytes of a body.
func (in *intake) peek(n int) []byte {
	for in.w-in.r < n && in.err == nil {
		var more int
		in.w = copy(in.buf[:], in.buf[in.r:in.w])
		in.r = 0
		more, in.err = in.from.Read(in.buf[in.w:])
		in.w += more
	}
	return in.buf[in.r:min(in.r+n, in.w)]
}
