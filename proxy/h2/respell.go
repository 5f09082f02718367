package h2

import (
	"encoding/binary"
)

// prioritySize is that of the fields of a HEADERS frame which say what its stream depends on.
const prioritySize = 5

// appendRespelled appends to dst the head that frames are, as one frame, in which the field
// of that number, from 0, has value. The value is as long as the one that the client wrote,
// and entered where that was, so that the tables of client and server (RFC 7541, section
// 2.3.2) go on alike: where the client later names the field by its place, it has that value
// at the server already.
func appendRespelled(dst, frames []byte, number int, value string) []byte {
	var first [frameHead]byte
	copy(first[:], frames)
	var priority []byte
	if first[4]&flagPriority != 0 {
		begin := frameHead
		if first[4]&flagPadded != 0 {
			begin++
		}
		priority = frames[begin : begin+prioritySize]
	}
	var block []byte
	for len(frames) > 0 {
		header := [frameHead]byte(frames)
		end := frameHead + int(binary.BigEndian.Uint32(header[:4])>>8)
		fragment, _ := fragmentOf(header, frames[frameHead:end])
		block, frames = append(block, fragment...), frames[end:]
	}
	if begin, end := valueOf(block, number); end > 0 {
		rest := append([]byte(nil), block[end:]...)
		block = append(appendLength(block[:begin], len(value)), value...)
		block = append(block, rest...)
	}
	first[4] = first[4]&^flagPadded | flagEndHeaders
	n := len(priority) + len(block)
	first[0], first[1], first[2] = byte(n>>16), byte(n>>8), byte(n)
	return append(append(append(dst, first[:]...), priority...), block...)
}

// valueOf is where the value of the field of that number begins and ends in block, which is
// sound, with its length. Both are 0 for one that is in a table (RFC 7541, section 6).
func valueOf(block []byte, number int) (begin, end int) {
	for at := 0; at < len(block); {
		b := block[at]
		switch {
		case b&0x80 != 0: // both name and value by their place
			_, at = readInt(block, at, 7)
			begin, end = 0, 0
		case b&0xe0 == 0x20: // the size of the table, no field
			_, at = readInt(block, at, 5)
			continue
		default:
			bits := 4
			if b&0x40 != 0 {
				bits = 6 // is entered into the table
			}
			var name int
			if name, at = readInt(block, at, bits); name == 0 {
				at = behindString(block, at)
			}
			begin = at
			at = behindString(block, at)
			end = at
		}
		if number == 0 {
			return begin, end
		}
		number--
	}
	return 0, 0
}

// behindString is where the string at ends.
func behindString(block []byte, at int) int {
	n, at := readInt(block, at, 7)
	return min(at+n, len(block))
}

// readInt reads the integer of RFC 7541, section 5.1, at a place of block, and returns where
// it ends.
func readInt(block []byte, at, bits int) (n, behind int) {
	if at >= len(block) {
		return 0, len(block)
	}
	limit := 1<<bits - 1
	n, at = int(block[at])&limit, at+1
	if n < limit {
		return n, at
	}
	for shift := 0; at < len(block) && shift < 28; shift += 7 {
		b := block[at]
		n, at = n+int(b&0x7f)<<shift, at+1
		if b&0x80 == 0 {
			break
		}
	}
	return n, at
}

// appendLength appends the length of a string that is not coded.
func appendLength(dst []byte, n int) []byte {
	const limit = 1<<7 - 1
	if n < limit {
		return append(dst, byte(n))
	}
	dst = append(dst, limit)
	for n -= limit; n >= 0x80; n >>= 7 {
		dst = append(dst, byte(n)|0x80)
	}
	return append(dst, byte(n))
}
