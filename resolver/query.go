package resolver

import (
	"bytes"
	"net/netip"
	"time"

	"github.com/miekg/dns"
)

const (
	headerLen = 12
	// maxName is the longest name on the wire (RFC 1035, section 3.1).
	maxName = 255
	// maxAdditional is how many additional records a query may have: an OPT
	// and a signature.
	maxAdditional = 2
	// optLen is the length of an OPT record without options.
	optLen = 11
)

// A query is a parsed question and what the asker said about the answer. It
// aliases the datagram that it was parsed from.
type query struct {
	id     uint16
	opcode uint8
	// rd and cd are copied into the reply; ad asks for the AD bit.
	rd, ad, cd bool
	// question is the first question as asked: name, type and class. It is
	// empty if the question could not be parsed.
	question []byte
	// memory holds what answers are kept under, in its first size bytes: the
	// name in lower case, in wire form, followed by type and by which of DO and
	// CD are set. It is no slice, which would put every query on the heap.
	memory        [maxName + keyTail]byte
	size          int
	qtype, qclass uint16
	// edns tells whether there was an OPT, do whether it wants signatures.
	edns, do bool
	// padded tells that the query was padded, so that the reply is to be too. It
	// is never set for what comes in the clear.
	padded bool
	// limit is the largest reply in bytes.
	limit  int
	client netip.Addr
	// at is the address of ours that was asked, if that is known.
	at netip.Addr
	// until is when the answer is to be known at the latest.
	until time.Time
	// sum is where what is answered at once is counted, or nil.
	sum *tallies
}

// keyTail is the length of what follows the name in a key.
const keyTail = 3

// key is what answers to q are kept under.
func (q *query) key() []byte { return q.memory[:q.size] }

// name is the name asked for, in wire form and lower case.
func (q *query) name() []byte { return q.memory[:q.size-keyTail] }

// clone returns a copy that aliases nothing.
func (q *query) clone() *query {
	c := *q
	c.question = bytes.Clone(q.question)
	c.sum = nil // which is another goroutine's
	return &c
}

// A fault is why a packet gets no answer to its question.
type fault int

const (
	// none means that the question can be answered.
	none fault = iota
	// silent packets are not answered: they are no queries, and an answer
	// could start a volley between two servers.
	silent
	formErr
	notImp
	refused
	badVers
)

// rcode is the response code that fits f.
func (f fault) rcode() int {
	switch f {
	case formErr:
		return dns.RcodeFormatError
	case notImp:
		return dns.RcodeNotImplemented
	case refused:
		return dns.RcodeRefused
	case badVers:
		return dns.RcodeBadVers
	}
	return dns.RcodeSuccess
}
