package upstream

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/miekg/dns"
)

const (
	headerLen = 12
	// defaultTimeout stands in for the deadline a caller forgot.
	defaultTimeout = 5 * time.Second
)

var (
	errMismatch = errors.New("reply does not belong to the query")
	errQuestion = errors.New("query without exactly one question")
)

// withDeadline gives ctx a deadline if it has none. What begins under ctx must end
// by itself: the function returned only frees what the deadline took.
func withDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, defaultTimeout)
}

// pack returns q in wire form under id.
func pack(q *dns.Msg, id uint16) ([]byte, error) {
	if len(q.Question) != 1 {
		return nil, errQuestion
	}
	wire, err := q.Copy().Pack() // which writes to the OPT, and q may be shared
	if err != nil {
		return nil, fmt.Errorf("pack query: %w", err)
	}
	binary.BigEndian.PutUint16(wire, id)
	return wire, nil
}

// queryBlock is what the lengths of encrypted queries are multiples of, so that
// they say nothing of the name (RFC 8467, section 4.1).
const queryBlock = 128

// packPadded is pack for connections that are encrypted. Only with EDNS is
// there a place for padding.
func packPadded(q *dns.Msg, id uint16) ([]byte, error) {
	wire, err := pack(q, id)
	if err != nil || q.IsEdns0() == nil {
		return wire, err
	}
	const head = 4 // of an option
	c := q.Copy()
	opt := c.IsEdns0()
	opt.Option = append(opt.Option, &dns.EDNS0_PADDING{Padding: make([]byte, -(len(wire)+head)&(queryBlock-1))})
	return pack(c, id)
}

// randomID is unpredictable: with the source port it is all that an attacker
// who cannot see the query has to guess (RFC 5452, section 4.3).
func randomID() uint16 {
	var b [2]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	return binary.BigEndian.Uint16(b[:])
}

// mixCase flips the case of letters in the question name at random.
func mixCase(wire []byte) {
	var bits [32]byte
	_, _ = rand.Read(bits[:])
	for i, n := headerLen, 0; i < len(wire) && wire[i] != 0; i += int(wire[i]) + 1 {
		for j := i + 1; j <= i+int(wire[i]) && j < len(wire); j++ {
			letter := wire[j] | 0x20
			if letter >= 'a' && letter <= 'z' && bits[n/8]&(1<<(n%8)) != 0 {
				wire[j] ^= 0x20
			}
			n++
		}
	}
}

// A fit is how well a datagram answers a query.
type fit uint8

const (
	foreign fit = iota // not an answer to the query
	recased            // an answer, but for the letter case of the name
	fitting            // an answer
)

// match compares reply with the query that was sent as wire. An error reply
// without a question is an answer, as servers that could not parse the query
// send it (RFC 1035, section 4.1.1).
func match(reply, query []byte) fit {
	if len(reply) < headerLen || !bytes.Equal(reply[:2], query[:2]) {
		return foreign
	}
	const (
		response = 0x80
		opcodes  = 0x78
	)
	if reply[2]&response == 0 || reply[2]&opcodes != 0 {
		return foreign
	}
	asked := query[headerLen:questionEnd(query)]
	switch binary.BigEndian.Uint16(reply[4:]) {
	case 0:
		if rcode := reply[3] & 0x0f; rcode != dns.RcodeSuccess && rcode != dns.RcodeNameError {
			return fitting
		}
		return foreign
	case 1:
	default:
		return foreign
	}
	if len(reply) < headerLen+len(asked) {
		return foreign
	}
	answered := reply[headerLen : headerLen+len(asked)]
	name := len(asked) - 4
	switch {
	case !bytes.Equal(answered[name:], asked[name:]):
		return foreign
	case bytes.Equal(answered[:name], asked[:name]):
		return fitting
	case equalFold(answered[:name], asked[:name]):
		return recased
	}
	return foreign
}

// questionEnd returns the offset after the first question of our own query.
func questionEnd(wire []byte) int {
	i := headerLen
	for i < len(wire) && wire[i] != 0 {
		i += int(wire[i]) + 1
	}
	return min(i+5, len(wire))
}

// equalFold compares names octet by octet, as RFC 4343 has it: unlike
// bytes.EqualFold it knows no letters but ASCII's.
func equalFold(a, b []byte) bool {
	for i := range a {
		x, y := a[i], b[i]
		if x >= 'A' && x <= 'Z' {
			x |= 0x20
		}
		if y >= 'A' && y <= 'Z' {
			y |= 0x20
		}
		if x != y {
			return false
		}
	}
	return true
}

// unpack is Parse for a reply that matched, and gives it q's id and question.
func unpack(wire []byte, q *dns.Msg) (*dns.Msg, error) {
	reply, err := Parse(wire)
	if err != nil {
		return nil, err
	}
	reply.Id = q.Id
	reply.Question = []dns.Question{q.Question[0]}
	return reply, nil
}
