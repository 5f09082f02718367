package coding

import "io"

// span is a length or a distance: its least value and how many bits follow that are
// added (RFC 1951, section 3.2.5).
type span struct {
	least int
	extra uint
}

// read returns the value whose added bits stand at bit at of v, and where they end.
func (s span) read(v uint64, at uint) (value int, end uint) {
	return s.least + int(v>>at&(1<<s.extra-1)), at + s.extra
}

var lengths, distances = spans(29, 3, 4), spans(30, 1, 2)

// spans lists n of them: each has a bit more than the one step before it, from the
// second step on.
func spans(n, least, step int) []span {
	out := make([]span, n)
	for i := range out {
		extra := max(i/step-1, 0)
		out[i] = span{least, uint(extra)}
		least += 1 << extra
	}
	if step == 4 {
		out[n-1] = span{longest, 0}
	}
	return out
}

// lengthOrder is the order in which the lengths of the codes for lengths come (RFC
// 1951, section 3.2.7).
var lengthOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// nextBlock reads the head of a block (RFC 1951, section 3.2.3).
func (d *deflated) nextBlock() {
	if d.last {
		d.drop(d.have % 8)
		d.err = io.EOF
		return
	}
	head, ok := d.take(3)
	if !ok {
		return
	}
	d.last = head&1 == 1
	switch head >> 1 {
	case 0:
		ok = d.storedHead()
		d.state = inStored
	case 1:
		ok = d.fixedCodes()
		d.state = inCoded
	case 2:
		ok = d.ownCodes()
		d.state = inCoded
	default:
		ok = false
	}
	if !ok && d.err == nil {
		d.err = errDeflate
	}
}

func (d *deflated) endBlock() { d.state = betweenBlocks }

// storedHead reads how long a stored block is.
func (d *deflated) storedHead() bool {
	d.drop(d.have % 8)
	n, ok := d.take(16)
	if !ok {
		return false
	}
	inverse, ok := d.take(16)
	d.plain = int(n)
	return ok && n^0xffff == inverse
}

// copyStored hands on what there is of a stored block.
func (d *deflated) copyStored() {
	for ; d.plain > 0 && d.end < len(d.buf); d.plain-- {
		if d.have < 8 && (d.waiting() || !d.pull()) {
			return
		}
		d.buf[d.end] = byte(d.bits)
		d.end++
		d.drop(8)
	}
	if d.plain == 0 {
		d.endBlock()
	}
}

// fixedCodes sets the codes of a block that has none of its own.
func (d *deflated) fixedCodes() bool {
	var n [288 + 30]uint8
	for i := range n {
		switch {
		case i >= 288:
			n[i] = 5
		case i < 144 || i >= 280:
			n[i] = 8
		case i < 256:
			n[i] = 9
		default:
			n[i] = 7
		}
	}
	return d.lit.set(n[:288]) && d.dist.set(n[288:])
}

// ownCodes reads the codes of a block.
func (d *deflated) ownCodes() bool {
	counts, ok := d.take(14)
	if !ok {
		return false
	}
	literals, all := int(counts&31)+257, int(counts&31)+257+int(counts>>5&31)+1
	var n [288 + 32]uint8
	for _, at := range lengthOrder[:counts>>10+4] {
		v, ok := d.take(3)
		if !ok {
			return false
		}
		n[at] = uint8(v)
	}
	if !d.lit.set(n[:len(lengthOrder)]) {
		return false
	}
	n = [len(n)]uint8{}
	for i := 0; i < all; {
		value, times, ok := d.codeLength()
		if !ok || i+times > all || value == asBefore && i == 0 {
			return false
		}
		if value == asBefore {
			value = n[i-1]
		}
		for range times {
			n[i] = value
			i++
		}
	}
	// What zlib refuses, no browser shows: a block that cannot end.
	return n[256] > 0 && d.lit.set(n[:literals]) && d.dist.set(n[literals:all])
}

// asBefore stands for the length before.
const asBefore = 0xff

// codeLength reads the length of the next codes, and of how many (RFC 1951, section
// 3.2.7).
func (d *deflated) codeLength() (value uint8, times int, ok bool) {
	var s, n uint
	for s, n = d.lit.find(d.bits); n == 0 || n > d.have; s, n = d.lit.find(d.bits) {
		if d.have >= maxCode || !d.pull() {
			return 0, 0, false
		}
	}
	d.drop(n)
	if s < 16 {
		return uint8(s), 1, true
	}
	extra, least, value := uint(2), uint(3), uint8(asBefore)
	if s > 16 {
		extra, value = 3, 0
	}
	if s == 18 {
		extra, least = 7, 11
	}
	v, ok := d.take(extra)
	return value, int(least + v), ok
}
