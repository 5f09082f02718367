package main

import (
	"bytes"
	"encoding/binary"
)

const (
	headLen = 12
	typeA   = 1
	typeSOA = 6
	classIN = 1
)

// pointer leads to the name in the question.
var pointer = []byte{0xc0, headLen}

// answer appends the reply to query to buf, or returns nil for what is no
// plain question. It tells whether the name is under "miss.".
func answer(buf, query []byte) (reply []byte, late bool) {
	const (
		response, recursionDesired = 0x80, 0x01
		recursionAvailable         = 0x80
	)
	if len(query) < headLen || query[2]&response != 0 || binary.BigEndian.Uint16(query[4:]) != 1 {
		return nil, false
	}
	last, off := 0, headLen
	for off < len(query) && query[off] != 0 {
		last, off = off, off+1+int(query[off])
	}
	end := off + 5
	if end > len(query) {
		return nil, false
	}
	late = last > 0 && bytes.EqualFold(query[last:off], []byte("\x04miss"))
	data := binary.BigEndian.Uint16(query[off+1:]) == typeA
	answers, authority := byte(1), byte(0)
	if !data {
		answers, authority = 0, 1
	}
	buf = append(buf, query[0], query[1], response|query[2]&recursionDesired, recursionAvailable, 0, 1, 0, answers, 0, authority, 0, 0)
	buf = append(buf, query[headLen:end]...)
	if data {
		buf = appendHead(append(buf, pointer...), typeA, 86400, 4)
		return append(buf, 192, 0, 2, 1), late
	}
	return appendSOA(buf, byte(headLen+min(1+int(query[headLen]), off-headLen))), late
}

// appendSOA appends the SOA of the zone whose name is at the offset zone.
func appendSOA(buf []byte, zone byte) []byte {
	buf = appendHead(append(buf, 0xc0, zone), typeSOA, 900, uint16(3+len(pointer)+4+len(pointer)+20))
	buf = append(append(buf, "\x02ns"...), pointer...)
	buf = append(append(buf, "\x03who"...), pointer...)
	for _, n := range [...]uint32{1, 3600, 600, 86400, 900} {
		buf = binary.BigEndian.AppendUint32(buf, n)
	}
	return buf
}

// appendHead appends what stands between the owner of a record and its data.
func appendHead(buf []byte, rtype uint16, ttl uint32, size uint16) []byte {
	buf = binary.BigEndian.AppendUint16(buf, rtype)
	buf = binary.BigEndian.AppendUint16(buf, classIN)
	buf = binary.BigEndian.AppendUint32(buf, ttl)
	return binary.BigEndian.AppendUint16(buf, size)
}
