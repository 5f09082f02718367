package wire

import "encoding/binary"

// LooksCBOR reports whether b begins like an array or a map of CBOR with something in it, or
// with the tag that says CBOR. It does not allocate.
func LooksCBOR(b []byte) bool {
	if len(b) > 3 && b[0] == 0xd9 && b[1] == 0xd9 && b[2] == 0xf7 {
		return true // the tag that says CBOR: RFC 8949, section 3.4.6
	}
	return len(b) > 3 && (b[0] > 0xa0 && b[0] <= 0xbb || b[0] == 0xbf || b[0] > 0x80 && b[0] <= 0x9f)
}

// cbor walks a CBOR value (RFC 8949, section 3).
type cbor struct {
	to Sink
	b  []byte
	n  int
}

const cborBreak = 0xff // ends what was begun without a length

// CBOR is [Msgpack] for CBOR.
func CBOR(b, label []byte, to Sink) (whole bool) {
	c := cbor{to: to, b: b}
	_, _, ok := c.value(label, 0)
	return ok && len(c.b) == 0
}

// value reads one value. It returns a text or byte string, which the caller may
// need as a key, and reports whether there was a value at all.
func (c *cbor) value(name []byte, depth int) (s []byte, isString, ok bool) {
	c.n++
	if len(c.b) == 0 || depth > maxDepth || c.n > maxValues || c.b[0] == cborBreak {
		return nil, false, false
	}
	major := c.b[0] >> 5
	n, endless, ok := c.argument()
	if !ok {
		return nil, false, false
	}
	switch major {
	case 2, 3:
		if endless {
			return c.chunks(major, depth)
		}
		if n > uint64(len(c.b)) {
			return nil, false, false
		}
		s, c.b = c.b[:n], c.b[n:]
		return s, true, true
	case 4:
		return nil, false, c.each(n, endless, func() bool { return c.item(name, depth) })
	case 5:
		return nil, false, c.each(n, endless, func() bool { return c.pair(name, depth) })
	case 6:
		return c.value(name, depth+1)
	}
	return nil, false, !endless
}

// argument reads the head of a value.
func (c *cbor) argument() (n uint64, endless, ok bool) {
	low := c.b[0] & 0x1f
	c.b = c.b[1:]
	switch {
	case low < 24:
		return uint64(low), false, true
	case low == 31:
		return 0, true, true
	case low > 27:
		return 0, false, false
	}
	width := 1 << (low - 24)
	if len(c.b) < width {
		return 0, false, false
	}
	var buf [8]byte
	copy(buf[8-width:], c.b[:width])
	c.b = c.b[width:]
	return binary.BigEndian.Uint64(buf[:]), false, true
}

// each calls read n times, or until the break.
func (c *cbor) each(n uint64, endless bool, read func() bool) bool {
	for ; n > 0 || endless; n-- {
		if endless && len(c.b) > 0 && c.b[0] == cborBreak {
			c.b = c.b[1:]
			return true
		}
		if !read() {
			return false
		}
	}
	return true
}

func (c *cbor) item(name []byte, depth int) bool {
	v, isString, ok := c.value(name, depth+1)
	if isString {
		c.to.Text(name, v)
	}
	return ok
}

func (c *cbor) pair(name []byte, depth int) bool {
	key, isString, ok := c.value(nil, depth+1)
	if !isString {
		key = name
	}
	return ok && c.item(key, depth)
}

// chunks joins the parts of a string without a length.
func (c *cbor) chunks(major byte, depth int) (s []byte, isString, ok bool) {
	ok = c.each(0, true, func() bool {
		if len(c.b) == 0 || c.b[0]>>5 != major || c.b[0]&0x1f == 31 {
			return false
		}
		one, isString, ok := c.value(nil, depth+1)
		s = append(s, one...)
		return ok && isString
	})
	return s, true, ok
}
