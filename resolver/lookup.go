package resolver

import (
	"net/netip"

	"github.com/miekg/dns"

	"sekisho/resolver/datagram"
)

// A lookup is what is wanted of the upstreams.
type lookup struct {
	// wire is the name, in lower case and wire form.
	wire   string
	qtype  uint16
	do, cd bool
	group  *group
	// settings are those in force when the question came.
	settings *settings
	// client is on whose account this is; the zero value is nobody's.
	client netip.Addr
	// path is one that l may go along with, or nil.
	path *fastPath
}

// name is the name in presentation form.
func (l lookup) name() string { return present([]byte(l.wire)) }

// appendKey appends what answers to l are kept under to buf.
func (l lookup) appendKey(buf []byte) []byte {
	return appendKey(append(buf, l.wire...), l.qtype, l.do, l.cd)
}

// key is what answers to l are kept under.
func (l lookup) key() string {
	var room [maxName + keyTail]byte
	return string(l.appendKey(room[:0]))
}

// question is the query for l: nothing of the asker's own but its name, type
// and wish for signatures.
func (l lookup) question() question {
	msg := &dns.Msg{
		MsgHdr:   dns.MsgHdr{RecursionDesired: true, AuthenticatedData: true, CheckingDisabled: l.cd},
		Question: []dns.Question{{Name: l.name(), Qtype: l.qtype, Qclass: dns.ClassINET}},
	}
	msg.SetEdns0(datagram.MaxReply, l.do)
	return question{msg: msg, read: l.read}
}

// read makes an entry of a reply.
func (l lookup) read(reply *dns.Msg) (*entry, error) {
	return scrub(reply, l.name(), l.qtype, l.do, l.allowed(), l.inside())
}

// allowed says which private addresses an answer may have; nil means all.
func (l lookup) allowed() func(netip.Addr) bool {
	if l.group.private {
		return nil
	}
	return func(addr netip.Addr) bool { return contains(l.settings.private, addr) }
}

// inside says which names an answer must not lead to; nil means none.
func (l lookup) inside() func(string) bool {
	if l.group.private {
		return nil
	}
	return l.settings.inside
}

// query is the query for l in wire form.
func (l lookup) query() []byte {
	const recursionDesired, authenticData, checkingDisabled = 0x01, 0x20, 0x10
	fourth := byte(authenticData)
	if l.cd {
		fourth |= checkingDisabled
	}
	q := make([]byte, 0, headerLen+len(l.wire)+4+optLen)
	q = append(q, 0, 0, recursionDesired, fourth, 0, 1, 0, 0, 0, 0, 0, 1)
	q = append(q, l.wire...)
	q = append(q, byte(l.qtype>>8), byte(l.qtype), 0, dns.ClassINET)
	do := byte(0)
	if l.do {
		do = 0x80
	}
	return append(q, 0, 0, byte(dns.TypeOPT), datagram.MaxReply>>8, datagram.MaxReply&0xff, 0, 0, do, 0, 0, 0)
}

// holder is on whose account an exchange about l is once it is aside.
func (l lookup) holder() string {
	if l.client.IsValid() {
		return l.client.String()
	}
	return l.zone()
}

// zone is the registrable domain of the name.
func (l lookup) zone() string { return hostOfWire([]byte(l.wire)).Registrable() }
