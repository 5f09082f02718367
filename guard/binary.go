package guard

import (
	"encoding/binary"
	"unicode/utf8"

	"sekisho/guard/wire"
)

// Text implements [wire.Sink].
func (r *reader) Text(name, v []byte) { r.add(name, v, text) }

func readMsgpack(r *reader, p part) bool { return wire.Msgpack(p.body, p.label, r) }

func readCBOR(r *reader, p part) bool { return wire.CBOR(p.body, p.label, r) }

func looksProtobuf(b []byte) bool { return wire.LooksProtobuf(grpcMessages(b)) }

// readProtobuf gives the strings of a message. They have numbers for names, so that only
// what they hold can speak: an address, and what follows it.
func readProtobuf(r *reader, p part) bool {
	found, whole := wire.Protobuf(grpcMessages(p.body), maxLoose, func(v []byte) bool { return printable(v) && utf8.Valid(v) })
	if !whole {
		return false
	}
	for _, v := range found {
		var name []byte
		if email(v) {
			name = []byte("email")
		}
		r.add(name, v, text)
	}
	return len(found) > 0
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
