package wire

import "encoding/binary"

// maxProtobuf bounds a message that is tried; sign-ins are small, and larger
// ones are searched for strings.
const maxProtobuf = 64 << 10

// LooksProtobuf reports whether b begins like a message, with a field and a type, and is of
// a size that is tried. It does not allocate.
func LooksProtobuf(b []byte) bool {
	return len(b) > 4 && len(b) <= maxProtobuf && b[0]&7 <= 5 && b[0]>>3 != 0
}

// Protobuf returns the strings of a message (Protocol Buffers, "Encoding"), most at most, and
// reports whether it was one to its last byte. They share the memory of b, and have numbers
// for names, which say nothing. The format does not tell strings from messages and bytes:
// text reports of two bytes or more whether they are a string.
func Protobuf(b []byte, most int, text func([]byte) bool) (found [][]byte, whole bool) {
	p := protobuf{most: most, text: text}
	whole = p.message(b, 0)
	return p.found, whole
}

type protobuf struct {
	found [][]byte
	most  int
	text  func([]byte) bool
}

// message reports whether all of b is one message.
func (p *protobuf) message(b []byte, depth int) bool {
	for len(b) > 0 {
		tag, n := binary.Uvarint(b)
		if n <= 0 || tag>>3 == 0 || tag>>3 >= 1<<29 {
			return false
		}
		b = b[n:]
		size := 0
		switch tag & 7 {
		case 0:
			_, size = binary.Uvarint(b)
			if size <= 0 {
				return false
			}
		case 1:
			size = 8
		case 5:
			size = 4
		case 2:
			length, n := binary.Uvarint(b)
			if n <= 0 || length > uint64(len(b)-n) {
				return false
			}
			b = b[n:]
			size = int(length)
			v := b[:size]
			if mark := len(p.found); depth < 8 && !p.field(v, depth) {
				p.found = p.found[:mark]
			}
		default:
			return false
		}
		if size > len(b) {
			return false
		}
		b = b[size:]
	}
	return true
}

// field files a string, or looks for strings in a message.
func (p *protobuf) field(v []byte, depth int) bool {
	if len(v) < 2 || len(p.found) >= p.most {
		return true
	}
	if p.text(v) {
		p.found = append(p.found, v)
		return true
	}
	return p.message(v, depth+1)
}
