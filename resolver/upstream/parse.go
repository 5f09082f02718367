package upstream

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/miekg/dns"
)

// ErrMalformed is for replies that belong to the query and cannot be read.
var ErrMalformed = errors.New("malformed reply")

var (
	// errShort is for messages that end before the records that they announce.
	errShort = errors.New("records are missing")
	// errParts is for records that end before all of what their type has.
	errParts = errors.New("parts of a record are missing")
)

// Parse returns the message wire, or as much of it as can be answered with: other
// resolvers look at what they need, and one bad record must not cost the rest. What
// cannot be read is left out. Of the answers that is done only to those that are
// neither what was asked for nor an alias: a chain must not lose a link, which
// would be judged then. Of SVCB and HTTPS records that were asked for the head
// remains, with an Rdlength of 0, since one bad one spoils the set (RFC 9460,
// section 2.2).
//
// A message that has fewer answers than its head says is an error unless it says
// that it is truncated; package dns takes it. Something on the way has cut it, and no
// records would pass for an answer. Additional records are not counted: there are
// routers that take the OPT out. All errors are ErrMalformed.
func Parse(wire []byte) (*dns.Msg, error) {
	msg := new(dns.Msg)
	err := msg.Unpack(wire)
	if err == nil {
		for i, section := range [][]dns.RR{msg.Answer, msg.Ns} {
			if !msg.Truncated && int(binary.BigEndian.Uint16(wire[6+2*i:])) != len(section) {
				return nil, fmt.Errorf("%w: %w", ErrMalformed, errShort)
			}
		}
		if faithful(msg, wire) {
			return msg, nil
		}
		err = errParts
	}
	if msg, ok := salvage(wire); ok {
		return msg, nil
	}
	return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
}

// recordHead is what follows the owner of a record: type, class, TTL and length.
const recordHead = 10

// salvage is Parse for what has something malformed in it. Records begin where the
// lengths of those before say so, whatever is in them.
func salvage(wire []byte) (*dns.Msg, bool) {
	msg, off := salvageHead(wire)
	if msg == nil {
		return nil, false
	}
	for i, section := range [...]*[]dns.RR{&msg.Answer, &msg.Ns, &msg.Extra} {
		for range binary.BigEndian.Uint16(wire[6+2*i:]) {
			if off == len(wire) && (msg.Truncated || section == &msg.Extra) {
				break
			}
			data := nameEnd(wire, off) + recordHead
			if data == recordHead || data > len(wire) {
				return nil, false
			}
			end := data + int(binary.BigEndian.Uint16(wire[data-2:]))
			if end > len(wire) {
				return nil, false
			}
			rr, next, err := dns.UnpackRR(wire[:end], off)
			if err != nil || next != end || !complete(rr, wire[:end], data) {
				if rr = mend(wire[:end], off, data); rr == nil && section == &msg.Answer && !idle(wire, data, msg.Question) {
					return nil, false
				}
			}
			if rr != nil {
				*section = append(*section, rr)
			}
			off = end
		}
	}
	if opt := msg.IsEdns0(); opt != nil {
		msg.Rcode |= opt.ExtendedRcode()
	}
	return msg, true
}

// salvageHead returns the header and the question of wire, if they can be read,
// and where the records begin.
func salvageHead(wire []byte) (*dns.Msg, int) {
	off := questions(wire)
	if off == 0 {
		return nil, 0
	}
	head := slices.Clone(wire[:off])
	clear(head[6:headerLen])
	msg := new(dns.Msg)
	if msg.Unpack(head) != nil {
		return nil, 0
	}
	return msg, off
}

// questions returns where those of wire end, or 0 if they do not.
func questions(wire []byte) int {
	if len(wire) < headerLen {
		return 0
	}
	off := headerLen
	for range binary.BigEndian.Uint16(wire[4:]) {
		end := nameEnd(wire, off)
		if end == 0 || end+4 > len(wire) {
			return 0
		}
		off = end + 4
	}
	return off
}

// nameEnd returns where the name at off ends, or 0 if it does not.
func nameEnd(wire []byte, off int) int {
	for off < len(wire) {
		switch size := int(wire[off]); {
		case size == 0:
			return off + 1
		case size >= 0xc0 && off+2 <= len(wire):
			return off + 2
		case size > 63:
			return 0
		default:
			off += size + 1
		}
	}
	return 0
}

// idle reports whether the answer whose data is at data can be left out: it is
// neither what was asked for nor an alias.
func idle(wire []byte, data int, asked []dns.Question) bool {
	switch rtype := binary.BigEndian.Uint16(wire[data-recordHead:]); rtype {
	case dns.TypeCNAME, dns.TypeDNAME:
		return false
	default:
		return len(asked) == 1 && asked[0].Qtype != rtype && asked[0].Qtype != dns.TypeANY
	}
}

// mend returns what is left of the malformed record at off, whose data is at data
// and ends with wire, or nil: of service records the head, of an OPT the options
// that can be read.
func mend(wire []byte, off, data int) dns.RR {
	rtype := binary.BigEndian.Uint16(wire[data-recordHead:])
	switch rtype {
	case dns.TypeOPT:
		return mendOptions(wire, off, data)
	case dns.TypeSVCB, dns.TypeHTTPS:
	default:
		return nil
	}
	bare := slices.Clone(wire[:data])
	bare[data-2], bare[data-1] = 0, 0
	rr, _, err := dns.UnpackRR(bare, off)
	if err != nil {
		return nil
	}
	return rr
}

// mendOptions returns the OPT at off with the options that can be read.
func mendOptions(wire []byte, off, data int) dns.RR {
	const optionHead = 4
	head := slices.Clone(wire[off:data])
	clear(head[len(head)-2:])
	rr, _, err := dns.UnpackRR(head, 0)
	opt, ok := rr.(*dns.OPT)
	if err != nil || !ok {
		return nil
	}
	for at := data; at+optionHead <= len(wire); {
		end := at + optionHead + int(binary.BigEndian.Uint16(wire[at+2:]))
		if end > len(wire) {
			break
		}
		alone := append(slices.Clone(head), wire[at:end]...)
		binary.BigEndian.PutUint16(alone[len(head)-2:], uint16(end-at))
		if rr, _, err := dns.UnpackRR(alone, 0); err == nil {
			opt.Option = append(opt.Option, rr.(*dns.OPT).Option...)
		}
		at = end
	}
	return opt
}
