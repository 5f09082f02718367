package wire

import "encoding/binary"

// LooksMsgpack reports whether b begins like an array or a map of MessagePack with something
// in it. It does not allocate.
func LooksMsgpack(b []byte) bool {
	return len(b) > 3 && (b[0] > 0x80 && b[0] <= 0x9f || b[0] >= 0xdc && b[0] <= 0xdf)
}

// msgpack walks a MessagePack value (msgpack specification, "Formats").
type msgpack struct {
	to Sink
	b  []byte
	n  int // values so far
}

// Msgpack reads a message and reports whether it was one to its last byte. label is the
// name of what has none.
func Msgpack(b, label []byte, to Sink) (whole bool) {
	m := msgpack{to: to, b: b}
	_, _, ok := m.value(label, 0)
	return ok && len(m.b) == 0
}

// value reads one value. It returns a string, which the caller may need as a
// key, and reports whether there was one at all.
func (m *msgpack) value(name []byte, depth int) (s []byte, isString, ok bool) {
	m.n++
	if len(m.b) == 0 || depth > maxDepth || m.n > maxValues {
		return nil, false, false
	}
	c := m.b[0]
	m.b = m.b[1:]
	switch {
	case c <= 0x7f || c >= 0xe0 || c == 0xc0 || c == 0xc2 || c == 0xc3:
		return nil, false, true
	case c <= 0x8f:
		return nil, false, m.pairs(name, int(c&0x0f), depth)
	case c <= 0x9f:
		return nil, false, m.items(name, int(c&0x0f), depth)
	case c <= 0xbf:
		return m.bytes(int(c & 0x1f))
	}
	switch c {
	case 0xc4, 0xd9:
		return m.sized(1)
	case 0xc5, 0xda:
		return m.sized(2)
	case 0xc6, 0xdb:
		return m.sized(4)
	case 0xca, 0xce, 0xd2:
		return m.skip(4)
	case 0xcb, 0xcf, 0xd3:
		return m.skip(8)
	case 0xcc, 0xd0:
		return m.skip(1)
	case 0xcd, 0xd1:
		return m.skip(2)
	case 0xdc, 0xdd:
		n, ok := m.length(2 << (c - 0xdc))
		return nil, false, ok && m.items(name, n, depth)
	case 0xde, 0xdf:
		n, ok := m.length(2 << (c - 0xde))
		return nil, false, ok && m.pairs(name, n, depth)
	}
	return nil, false, false // extension types carry no text
}

func (m *msgpack) pairs(name []byte, n, depth int) bool {
	for range n {
		key, isString, ok := m.value(nil, depth+1)
		if !ok {
			return false
		}
		if !isString {
			key = name
		}
		v, isString, ok := m.value(key, depth+1)
		if !ok {
			return false
		}
		if isString {
			m.to.Text(key, v)
		}
	}
	return true
}

func (m *msgpack) items(name []byte, n, depth int) bool {
	for range n {
		v, isString, ok := m.value(name, depth+1)
		if !ok {
			return false
		}
		if isString {
			m.to.Text(name, v)
		}
	}
	return true
}

func (m *msgpack) length(width int) (n int, ok bool) {
	if len(m.b) < width {
		return 0, false
	}
	var buf [4]byte
	copy(buf[4-width:], m.b[:width])
	m.b = m.b[width:]
	u := binary.BigEndian.Uint32(buf[:])
	return int(u & 0x7fffffff), u < 1<<31
}

func (m *msgpack) sized(width int) (s []byte, isString, ok bool) {
	n, ok := m.length(width)
	if !ok {
		return nil, false, false
	}
	return m.bytes(n)
}

func (m *msgpack) bytes(n int) (s []byte, isString, ok bool) {
	if n > len(m.b) {
		return nil, false, false
	}
	s, m.b = m.b[:n], m.b[n:]
	return s, true, true
}

func (m *msgpack) skip(n int) (s []byte, isString, ok bool) {
	if n > len(m.b) {
		return nil, false, false
	}
	m.b = m.b[n:]
	return nil, false, true
}
