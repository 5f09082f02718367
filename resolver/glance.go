package resolver

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"time"

	"github.com/miekg/dns"
)

const (
	recordHead = 10 // type, class, TTL and length, which follow the owner
	soaTail    = 20 // the numbers that follow the names of a SOA
)

// glance makes the entry of a reply that fits l, if that is as nearly all are:
// addresses of the very name, or that there are none, and an OPT without
// options. For any other it returns nil, which says nothing about it; for these
// it returns what scrub makes of what the parser makes of them.
func glance(reply []byte, l lookup, v *verdicts) *entry {
	const rcodes, authentic = 0x0f, 0x20
	start := headerLen + len(l.wire) + 4
	if l.do || len(reply) < start || binary.BigEndian.Uint16(reply[4:]) != 1 {
		return nil
	}
	e := &entry{answer: answer{rcode: int(reply[3] & rcodes), ad: reply[3]&authentic != 0}, stored: time.Now()}
	e.answers, e.authority = binary.BigEndian.Uint16(reply[6:]), binary.BigEndian.Uint16(reply[8:])
	end, ok := start, e.rcode == dns.RcodeSuccess || e.rcode == dns.RcodeNameError
	switch {
	case !ok:
		return nil
	case e.answers > 0 && e.rcode == dns.RcodeSuccess && e.authority == 0:
		end = e.glanceAddresses(reply, start, l)
	case e.answers == 0 && e.authority == 1:
		end = e.glanceSOA(reply, start, l)
	case e.answers != 0 || e.authority != 0:
		return nil
	}
	if end == 0 || !glanceOPT(reply, end) {
		return nil
	}
	e.host = v.judge(l.settings.policy(), []byte(l.wire)).host
	e.clampTTLs()
	return e
}

// glanceAddresses takes in the answers from start on, which must be addresses
// of the name in the question that it may have, and returns where they end.
func (e *entry) glanceAddresses(reply []byte, start int, l lookup) int {
	size := 4
	switch l.qtype {
	case dns.TypeA:
	case dns.TypeAAAA:
		size = 16
	default:
		return 0
	}
	if e.answers > maxAddresses {
		return 0
	}
	e.addrs, e.ttls = make([]netip.Addr, 0, e.answers), make([]uint16, 0, e.answers)
	e.records = make([]byte, 0, int(e.answers)*(len(pointer)+recordHead+size))
	off, name := start, reply[headerLen:headerLen+len(l.wire)]
	for range e.answers {
		switch {
		case bytes.HasPrefix(reply[off:], pointer):
			off += len(pointer)
		case bytes.HasPrefix(reply[off:], name):
			off += len(name)
		default:
			return 0
		}
		end := off + recordHead + size
		if end > len(reply) {
			return 0
		}
		head := reply[off:end]
		if binary.BigEndian.Uint16(head) != l.qtype || binary.BigEndian.Uint16(head[2:]) != dns.ClassINET || int(binary.BigEndian.Uint16(head[8:])) != size {
			return 0
		}
		addr, _ := netip.AddrFromSlice(head[recordHead:])
		addr = addr.Unmap()
		if !l.group.private && isPrivate(addr) {
			return 0
		}
		e.addrs = append(e.addrs, addr)
		e.ttls = append(e.ttls, uint16(len(e.records)+len(pointer)+4))
		e.records = append(append(e.records, pointer...), head...)
		off = end
	}
	return off
}

// glanceSOA takes in the record at start, which must be the SOA of a zone that
// the name in the question is in, and returns where it ends.
func (e *entry) glanceSOA(reply []byte, start int, l lookup) int {
	off := ownerEnd(reply, start, l.wire)
	if off == 0 || off+recordHead > len(reply) {
		return 0
	}
	head := reply[off:]
	end := off + recordHead + int(binary.BigEndian.Uint16(head[8:]))
	if binary.BigEndian.Uint16(head) != dns.TypeSOA || binary.BigEndian.Uint16(head[2:]) != dns.ClassINET || end > len(reply) {
		return 0
	}
	question := headerLen + len(l.wire)
	names := nameEnd(reply, nameEnd(reply, off+recordHead, question), question)
	if names == 0 || names+soaTail != end {
		return 0
	}
	e.ttls = []uint16{uint16(off + 4 - start)}
	e.records = bytes.Clone(reply[start:end])
	return end
}

// ownerEnd returns where the name at off ends, if it is the root or points to a
// label of the question's name; else 0.
func ownerEnd(reply []byte, off int, wire string) int {
	if off >= len(reply) {
		return 0
	}
	if reply[off] == 0 {
		return off + 1
	}
	if off+1 >= len(reply) || reply[off] != pointer[0] {
		return 0
	}
	for i := 0; wire[i] != 0; i += int(wire[i]) + 1 {
		if headerLen+i == int(reply[off+1]) {
			return off + 2
		}
	}
	return 0
}

// nameEnd returns where the name at off, in the data of the first record, ends,
// or 0 if it is none. It may point back to the question's name, which ends at
// question, or within the data: what is between them changes with time.
func nameEnd(reply []byte, off, question int) int {
	if off == 0 {
		return 0
	}
	end, length, data := 0, 0, off
	for off < len(reply) {
		size := int(reply[off])
		switch {
		case size == 0:
			if end == 0 {
				end = off + 1
			}
			return end
		case size >= 0xc0:
			if off+1 >= len(reply) {
				return 0
			}
			to := (size&0x3f)<<8 | int(reply[off+1])
			if to >= off || to < headerLen || to >= question && to < data {
				return 0
			}
			if end == 0 {
				end = off + 2
			}
			off = to
			length++ // so that it ends
		case size > 63:
			return 0
		default:
			length += size + 1
			off += size + 1
		}
		if length >= maxName {
			return 0
		}
	}
	return 0
}

// glanceOPT reports whether nothing follows off but an OPT without options or
// code.
func glanceOPT(reply []byte, off int) bool {
	switch binary.BigEndian.Uint16(reply[10:]) {
	case 0:
		return off == len(reply)
	case 1:
		return off+optLen == len(reply) && reply[off] == 0 && binary.BigEndian.Uint16(reply[off+1:]) == dns.TypeOPT &&
			reply[off+5] == 0 && binary.BigEndian.Uint16(reply[off+9:]) == 0
	}
	return false
}

// clampTTLs bounds the TTLs as scrub does, and sets for how long e holds.
func (e *entry) clampTTLs() {
	longest := uint32(maxTTL / time.Second)
	if e.answers == 0 {
		longest = 0
	}
	life := longest
	for _, off := range e.ttls {
		ttl := binary.BigEndian.Uint32(e.records[off:])
		if ttl > 1<<31-1 { // RFC 2181, section 8
			ttl = 0
		}
		if e.answers == 0 {
			minimum := binary.BigEndian.Uint32(e.records[len(e.records)-4:])
			ttl = min(ttl, minimum, uint32(maxNegativeTTL/time.Second))
			life = ttl
		}
		ttl = min(ttl, uint32(maxTTL/time.Second))
		binary.BigEndian.PutUint32(e.records[off:], ttl)
		life = min(life, ttl)
	}
	e.ttl = time.Duration(life) * time.Second
}
