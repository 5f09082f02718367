package coding

import (
	"encoding/binary"
	"errors"
	"io"
)

// window is how far back DEFLATE refers (RFC 1951, section 3.2.5), and longest how much
// one symbol brings.
const (
	window  = 32 << 10
	longest = 258
)

var errDeflate = errors.New("coding: no DEFLATE")

// deflated undoes DEFLATE (RFC 1951). Whenever its input pauses it gives all that can
// be known by then, in the middle of a block too, as browsers show it. Libraries keep
// it until the block ends or the window is full: a server that lets the last bytes of
// a block wait would show a page that nobody here has read.
type deflated struct {
	in    *intake
	bits  uint64 // read ahead, the first lowest
	have  uint   // how many
	state blockState
	last  bool // block
	plain int  // bytes left of a stored block
	lit   prefixCode
	dist  prefixCode
	buf   [2 * window]byte
	given int // of buf, up to which it was handed out
	end   int
	err   error
}

type blockState uint8

const (
	betweenBlocks blockState = iota
	inStored
	inCoded
)

// Read implements [io.Reader]. It returns [io.EOF] behind the last block; what follows
// in the input is read with readByte.
func (d *deflated) Read(p []byte) (int, error) {
	for d.given == d.end {
		if d.err != nil {
			return 0, d.err
		}
		d.step()
	}
	n := copy(p, d.buf[d.given:d.end])
	d.given += n
	return n, nil
}

// idle reports whether Read may wait.
func (d *deflated) idle() bool { return d.given == d.end }

// again begins the next stream of the same input.
func (d *deflated) again() { d.state, d.last, d.given, d.end, d.err = betweenBlocks, false, 0, 0, nil }

// step decodes until something came out and there is no more at once, or no room.
func (d *deflated) step() {
	if d.end > len(d.buf)-longest { // all was handed out
		copy(d.buf[:], d.buf[d.end-window:d.end])
		d.given, d.end = window, window
	}
	switch d.state {
	case betweenBlocks: // nothing is kept back while the head of a block comes in
		d.nextBlock()
	case inStored:
		d.copyStored()
	case inCoded:
		d.decode()
	}
}

// waiting reports whether to hand out what there is before a byte more is asked for.
func (d *deflated) waiting() bool { return d.given < d.end && !d.in.ready() }

// pull takes a byte, waiting for it, and reports whether there was one.
func (d *deflated) pull() bool {
	b, err := d.in.ReadByte()
	if err != nil {
		d.fail(err)
		return false
	}
	d.bits |= uint64(b) << d.have
	d.have += 8
	return true
}

// fail ends the stream. It broke if it ended here.
func (d *deflated) fail(err error) {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	d.err = err
}

// take reads n bits, 16 at the most, waiting for them.
func (d *deflated) take(n uint) (v uint, ok bool) {
	for d.have < n {
		if !d.pull() {
			return 0, false
		}
	}
	v = uint(d.bits & (1<<n - 1))
	d.drop(n)
	return v, true
}

func (d *deflated) drop(n uint) { d.bits, d.have = d.bits>>n, d.have-n }

// readByte reads what is behind the last block, from the next whole byte on.
func (d *deflated) readByte() (byte, error) {
	if d.have >= 8 {
		v, _ := d.take(8)
		return byte(v), nil
	}
	return d.in.ReadByte()
}

// decode undoes symbols until the block ends, the room does or, with something to hand
// out, the input pauses.
func (d *deflated) decode() {
	for d.end <= len(d.buf)-longest {
		d.refill()
		d.literals()
		used, more := d.symbol()
		switch {
		case used > 0:
			d.drop(used)
			if !more {
				d.endBlock()
				return
			}
		case d.err != nil || d.waiting() || !d.pull():
			return
		}
	}
}

// refill takes bytes that are there.
func (d *deflated) refill() {
	in := d.in
	if in.w-in.r >= 8 {
		n := (63 - d.have) / 8
		d.bits |= binary.LittleEndian.Uint64(in.buf[in.r:]) << d.have & (1<<(d.have+8*n) - 1)
		in.r += int(n)
		d.have += 8 * n
		return
	}
	for d.have < 56 {
		if in.r == in.w && (!in.ready() || !in.fill()) {
			return
		}
		d.bits |= uint64(in.buf[in.r]) << d.have
		in.r++
		d.have += 8
	}
}

// literals undoes those with short codes that come next, which most symbols are. There
// is room for one for each bit.
func (d *deflated) literals() {
	bits, have := d.bits, d.have
	for have >= quickBits {
		entry := d.lit.quick[bits&(1<<quickBits-1)]
		n := uint(entry & lengthMask)
		if n-1 >= quickBits || entry >= 256<<lengthBits {
			break
		}
		d.buf[d.end] = byte(entry >> lengthBits)
		d.end++
		bits, have = bits>>n, have-n
	}
	d.bits, d.have = bits, have
}

// symbol undoes the next symbol with the bits at hand, and returns how many it took: 0
// when it needs more, or with d.err when there is none. more is false at the end of a
// block.
func (d *deflated) symbol() (used uint, more bool) {
	s, n := d.lit.find(d.bits)
	switch {
	case n == 0 && d.have >= maxCode:
		d.err = errDeflate
		return 0, true
	case n == 0 || n > d.have:
		return 0, true
	case s < 256:
		d.buf[d.end] = byte(s)
		d.end++
		return n, true
	case s == 256:
		return n, false
	case s-257 >= uint(len(lengths)):
		d.err = errDeflate
		return 0, true
	}
	length := lengths[s-257]
	size, used := length.read(d.bits, n)
	s, n = d.dist.find(d.bits >> used)
	switch {
	case n == 0 && d.have >= used+maxCode:
		d.err = errDeflate
		return 0, true
	case n == 0 || used+n > d.have:
		return 0, true
	case s >= uint(len(distances)):
		d.err = errDeflate
		return 0, true
	}
	back, used := distances[s].read(d.bits, used+n)
	switch {
	case used > d.have:
		return 0, true
	case back > d.end:
		d.err = errDeflate
		return 0, true
	}
	d.repeat(back, size)
	return used, true
}

// repeat puts out size bytes from back bytes before the end, which may be among them.
func (d *deflated) repeat(back, size int) {
	out := d.buf[d.end : d.end+size]
	from := d.buf[d.end-back : d.end]
	for n := copy(out, from); n < size; n *= 2 {
		copy(out[n:], out[:n])
	}
	d.end += size
}
