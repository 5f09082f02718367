package guard

import (
	"encoding/binary"
	"unicode/utf8"
)

// maxProtobuf bounds a message that is tried; sign-ins are small, and larger
// ones are searched for strings.
const maxProtobuf = 64 << 10

func looksProtobuf(b []byte) bool {
	b = grpcMessages(b)
	return len(b) > 4 && len(b) <= maxProtobuf && b[0]&7 <= 5 && b[0]>>3 != 0
}

// grpcMessages strips the five bytes that gRPC puts before each message. Several are
// one that has the fields of all.
func grpcMessages(b []byte) []byte {
	first, rest, ok := grpcMessage(b)
	if !ok {
		return b
	}
	all := first[:len(first):len(first)]
	for len(rest) > 0 {
		var next []byte
		if next, rest, ok = grpcMessage(rest); !ok {
			break
		}
		all = append(all, next...)
	}
	return all
}

func grpcMessage(b []byte) (message, rest []byte, ok bool) {
	if len(b) < EnvelopeSize || b[0] > 1 || b[1] != 0 {
		return nil, b, false
	}
	size := int64(binary.BigEndian.Uint32(b[1:]))
	if b = b[EnvelopeSize:]; size > int64(len(b)) {
		return nil, b, false
	}
	return b[:size], b[size:], true
}

// readProtobuf gives the strings of a message (Protocol Buffers, "Encoding").
// They have numbers for names, so that only what they hold can speak: an
// address, and what follows it.
func readProtobuf(r *reader, p part) bool {
	var found [][]byte
	if !protobufStrings(grpcMessages(p.body), 0, &found) || len(found) == 0 {
		return false
	}
	for _, v := range found {
		var name []byte
		if email(v) {
			name = []byte("email")
		}
		r.add(name, v, text)
	}
	return true
}

// protobufStrings reports whether all of b is one message.
func protobufStrings(b []byte, depth int, found *[][]byte) bool {
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
			if mark := len(*found); depth < 8 && !protobufField(v, depth, found) {
				*found = (*found)[:mark]
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

// protobufField files a string, or looks for strings in a message.
func protobufField(v []byte, depth int, found *[][]byte) bool {
	if len(v) < 2 || len(*found) >= maxLoose {
		return true
	}
	if printable(v) && utf8.Valid(v) {
		*found = append(*found, v)
		return true
	}
	return protobufStrings(v, depth+1, found)
}
