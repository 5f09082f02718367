package resolver

import (
	"encoding/binary"
	"time"

	"github.com/miekg/dns"

	"sekisho/resolver/datagram"
)

const (
	// blockTTL is short so that a name is reachable soon after it was allowed.
	blockTTL = 10
	// localTTL is for answers made here, which only a reload can change.
	localTTL = 60
	// staleTTL is what RFC 8767, section 5 recommends for expired answers.
	staleTTL = 30
	// replyBlock is what the lengths of padded replies are multiples of (RFC
	// 8467, section 4.1).
	replyBlock = 468
)

// padding is what replies are padded with.
var padding [replyBlock]byte

// pointer leads to the name in the question.
var pointer = []byte{0xc0, headerLen}

// An answer is what follows the question in a reply: records in wire form,
// whose compression pointers count on a question of the same length.
type answer struct {
	rcode int
	// ad is the upstream's claim that the data is authentic.
	ad                 bool
	answers, authority uint16
	records            []byte
	// ttls are the offsets of the TTLs in records; local answers have none.
	ttls []uint16
}

// A remark is an Extended DNS Error (RFC 8914); the zero value is none, as
// nothing here is an error of code 0 without a text.
type remark struct {
	code uint16
	text string
}

// maxText bounds the text of a remark: longer ones crowd out the answer.
const maxText = 96

// flags of the header's third and fourth octet.
const (
	flagQR = 0x80
	flagTC = 0x02
	flagRD = 0x01
	flagRA = 0x80
	flagAD = 0x20
	flagCD = 0x10
)

// freshness says how a's TTLs read at the time of the reply.
type freshness struct {
	// age is taken off each TTL.
	age time.Duration
	// stale replaces each TTL by staleTTL at most.
	stale bool
}

// appendReply appends the reply to q to buf, which must be empty. What exceeds
// the limit of q is left out and the reply marked as truncated.
func appendReply(buf []byte, q *query, a *answer, f freshness, r remark) []byte {
	if len(r.text) > maxText {
		r.text = r.text[:maxText]
	}
	fixed := headerLen + len(q.question) + q.optSize(r)
	if fixed+len(a.records) > q.limit {
		fixed -= len(r.text)
		r.text = ""
	}
	if fixed+len(a.records) > q.limit {
		a = &answer{rcode: a.rcode, ad: a.ad}
		return q.append(buf, a, flagTC, f, r)
	}
	return q.append(buf, a, 0, f, r)
}

func (q *query) append(buf []byte, a *answer, tc byte, f freshness, r remark) []byte {
	third, fourth := flagQR|q.opcode<<3|tc, byte(flagRA)|byte(a.rcode&0x0f)
	if q.rd {
		third |= flagRD
	}
	if q.cd {
		fourth |= flagCD
	}
	if a.ad && (q.ad || q.do) { // RFC 6840, section 5.8
		fourth |= flagAD
	}
	questions, additional := uint16(0), uint16(0)
	if len(q.question) > 0 {
		questions = 1
	}
	if q.edns {
		additional = 1
	}
	if buf == nil {
		buf = make([]byte, 0, headerLen+len(q.question)+len(a.records)+q.optSize(r))
	}
	buf = binary.BigEndian.AppendUint16(buf, q.id)
	buf = append(buf, third, fourth)
	for _, n := range [...]uint16{questions, a.answers, a.authority, additional} {
		buf = binary.BigEndian.AppendUint16(buf, n)
	}
	buf = append(buf, q.question...)
	start := len(buf)
	buf = append(buf, a.records...)
	f.apply(buf[start:], a.ttls)
	return q.appendOPT(buf, a.rcode, r)
}

// apply rewrites the TTLs at offsets of records.
func (f freshness) apply(records []byte, offsets []uint16) {
	age := uint32(f.age / time.Second)
	for _, off := range offsets {
		ttl := binary.BigEndian.Uint32(records[off:])
		if f.stale {
			ttl = min(ttl, staleTTL)
		} else {
			ttl -= min(ttl, age)
		}
		binary.BigEndian.PutUint32(records[off:], ttl)
	}
}

// optSize is the length of the OPT that the reply to q gets.
func (q *query) optSize(r remark) int {
	switch {
	case !q.edns:
		return 0
	case r == remark{}:
		return optLen
	}
	return optLen + 6 + len(r.text)
}

// appendOPT answers an OPT with ours (RFC 6891, section 6.1.1); nothing that
// the asker put into its own is repeated.
func (q *query) appendOPT(buf []byte, rcode int, r remark) []byte {
	if !q.edns {
		return buf
	}
	do := byte(0)
	if q.do {
		do = 0x80
	}
	buf = append(buf, 0, 0, byte(dns.TypeOPT))
	buf = binary.BigEndian.AppendUint16(buf, datagram.MaxReply)
	buf = append(buf, byte(rcode>>4), 0, do, 0)
	size := len(buf)
	buf = append(buf, 0, 0)
	if r != (remark{}) {
		buf = binary.BigEndian.AppendUint16(buf, dns.EDNS0EDE)
		buf = binary.BigEndian.AppendUint16(buf, uint16(2+len(r.text)))
		buf = binary.BigEndian.AppendUint16(buf, r.code)
		buf = append(buf, r.text...)
	}
	buf = q.appendPadding(buf)
	binary.BigEndian.PutUint16(buf[size:], uint16(len(buf)-size-2))
	return buf
}

// appendPadding makes buf, which holds a reply but for that, as long as many
// others are, if the query asks for it by being padded itself.
func (q *query) appendPadding(buf []byte) []byte {
	const head = 4 // of an option
	if !q.padded || len(buf)+head > q.limit {
		return buf
	}
	room := (len(buf) + head + replyBlock - 1) / replyBlock * replyBlock
	n := min(room, q.limit) - len(buf) - head
	buf = binary.BigEndian.AppendUint16(buf, dns.EDNS0PADDING)
	buf = binary.BigEndian.AppendUint16(buf, uint16(n))
	return append(buf, padding[:n]...)
}

// failure returns the answer of an error code, without records.
func failure(rcode int) *answer { return &answer{rcode: rcode} }

// appendRecord appends a record of class IN for the name in the question.
func appendRecord(buf []byte, rtype uint16, ttl uint32, data []byte) []byte {
	buf = append(buf, pointer...)
	buf = binary.BigEndian.AppendUint16(buf, rtype)
	buf = binary.BigEndian.AppendUint16(buf, dns.ClassINET)
	buf = binary.BigEndian.AppendUint32(buf, ttl)
	buf = binary.BigEndian.AppendUint16(buf, uint16(len(data)))
	return append(buf, data...)
}

// local returns an answer of records of one type, made here.
func local(rtype uint16, ttl uint32, data ...[]byte) *answer {
	a := &answer{answers: uint16(len(data))}
	for _, d := range data {
		a.records = appendRecord(a.records, rtype, ttl, d)
	}
	return a
}

// negative returns an answer without records of the type asked for. The SOA
// says for how many seconds that may be believed (RFC 2308, section 3).
func negative(rcode int, ttl uint32) *answer {
	data := append([]byte("\x07sekisho\x08internal\x00"), 0) // no mailbox
	for _, n := range [...]uint32{1, 3600, 600, 86400, ttl} {
		data = binary.BigEndian.AppendUint32(data, n)
	}
	return &answer{rcode: rcode, authority: 1, records: appendRecord(nil, dns.TypeSOA, ttl, data)}
}

// Answers that are the same for every name.
var (
	blockedAnswer = negative(dns.RcodeNameError, blockTTL)
	noSuchName    = negative(dns.RcodeNameError, localTTL)
	noData        = negative(dns.RcodeSuccess, localTTL)
	loopback4     = local(dns.TypeA, localTTL, []byte{127, 0, 0, 1})
	loopback6     = local(dns.TypeAAAA, localTTL, []byte{15: 1})
	// anyAnswer is the refusal of RFC 8482, section 4.2.
	anyAnswer = local(dns.TypeHINFO, 3600, []byte("\x07RFC8482\x00"))
	servFail  = failure(dns.RcodeServerFailure)
)
