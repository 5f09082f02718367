package resolver

import (
	"encoding/binary"

	"github.com/miekg/dns"

	"sekisho/resolver/datagram"
)

// parse reads a query into q. After a fault other than silent, as much of q is
// set as was understood.
func parse(packet []byte, tcp bool, q *query) fault {
	if len(packet) < headerLen || packet[2]&0x80 != 0 {
		return silent
	}
	*q = query{
		id:     binary.BigEndian.Uint16(packet),
		opcode: packet[2] >> 3 & 0x0f,
		rd:     packet[2]&0x01 != 0,
		ad:     packet[3]&0x20 != 0,
		cd:     packet[3]&0x10 != 0,
		limit:  dns.MinMsgSize,
	}
	if tcp {
		q.limit = dns.MaxMsgSize
	}
	if q.opcode != dns.OpcodeQuery {
		return notImp
	}
	if binary.BigEndian.Uint16(packet[4:]) != 1 {
		return formErr
	}
	end := q.parseQuestion(packet)
	if end == 0 {
		return formErr
	}
	if f := q.parseAdditional(packet, end, tcp); f != none {
		return f
	}
	q.setKey()
	return q.permitted()
}

// parseQuestion returns the offset after the question, or 0. Compression has
// no place in it: there is nothing before it to point to.
func (q *query) parseQuestion(packet []byte) int {
	off := headerLen
	for {
		if off >= len(packet) {
			return 0
		}
		size := int(packet[off])
		next := off + 1 + size
		if size > 63 || next > len(packet) || next-headerLen > maxName {
			return 0
		}
		q.memory[off-headerLen] = packet[off]
		lower(q.memory[off-headerLen+1:], packet[off+1:next])
		off = next
		if size == 0 {
			break
		}
	}
	if off+4 > len(packet) {
		return 0
	}
	q.size = off - headerLen
	q.qtype = binary.BigEndian.Uint16(packet[off:])
	q.qclass = binary.BigEndian.Uint16(packet[off+2:])
	q.question = packet[headerLen : off+4]
	return off + 4
}

// lower copies src to dst with ASCII letters in lower case.
func lower(dst, src []byte) {
	for i, c := range src {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		dst[i] = c
	}
}

// setKey completes the key, which so far is the name.
func (q *query) setKey() {
	q.size = len(appendKey(q.memory[:q.size], q.qtype, q.do, q.cd))
}

// appendKey appends to a lower-case wire name what else answers depend on.
// The class is not part of it: only IN is answered.
func appendKey(name []byte, qtype uint16, do, cd bool) []byte {
	flags := byte(0)
	if do {
		flags |= 1
	}
	if cd {
		flags |= 2
	}
	return append(binary.BigEndian.AppendUint16(name, qtype), flags)
}

// parseAdditional walks what follows the question, which can be nothing but a
// few additional records, and takes in the OPT among them.
func (q *query) parseAdditional(packet []byte, off int, tcp bool) fault {
	count := int(binary.BigEndian.Uint16(packet[10:]))
	if packet[6]|packet[7] != 0 || count > maxAdditional {
		return formErr
	}
	if packet[8]|packet[9] != 0 {
		if q.qtype == dns.TypeIXFR { // carries a SOA (RFC 1995, section 3)
			return refused
		}
		return formErr
	}
	for range count {
		start := off
		off = skipName(packet, off)
		if off == 0 || off+10 > len(packet) {
			return formErr
		}
		head := packet[off : off+10]
		off += 10 + int(binary.BigEndian.Uint16(head[8:]))
		if off > len(packet) {
			return formErr
		}
		if binary.BigEndian.Uint16(head) != dns.TypeOPT {
			continue
		}
		if q.edns || packet[start] != 0 {
			return formErr
		}
		if f := q.parseOPT(head, packet[start+optLen:off], tcp); f != none {
			return f
		}
	}
	return none
}

// parseOPT takes in an OPT record: head from its type on, and its options.
func (q *query) parseOPT(head, options []byte, tcp bool) fault {
	q.edns = true
	if !tcp {
		q.limit = min(max(int(binary.BigEndian.Uint16(head[2:])), dns.MinMsgSize), datagram.MaxReply)
	}
	if head[5] != 0 {
		return badVers
	}
	q.do = head[6]&0x80 != 0
	for len(options) > 0 {
		if len(options) < 4 {
			return formErr
		}
		code, size := binary.BigEndian.Uint16(options), int(binary.BigEndian.Uint16(options[2:]))
		if len(options) < 4+size {
			return formErr
		}
		// RFC 7873, section 5.2.2. Cookies are otherwise passed over.
		if code == dns.EDNS0COOKIE && size != 8 && (size < 16 || size > 40) {
			return formErr
		}
		q.padded = q.padded || code == dns.EDNS0PADDING
		options = options[4+size:]
	}
	return none
}

// skipName returns the offset after the name at off, or 0.
func skipName(packet []byte, off int) int {
	for off < len(packet) {
		size := int(packet[off])
		switch {
		case size == 0:
			return off + 1
		case size >= 0xc0:
			return off + 2
		case size > 63:
			return 0
		}
		off += 1 + size
	}
	return 0
}

// permitted turns away questions that no record of class IN answers.
func (q *query) permitted() fault {
	if q.qclass != dns.ClassINET || q.qtype == 0 || q.qtype == dns.TypeOPT {
		return refused
	}
	// 128 to 255 are questions about questions: transfers and the like.
	if q.qtype >= 128 && q.qtype < 255 {
		return refused
	}
	return none
}
