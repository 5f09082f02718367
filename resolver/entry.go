package resolver

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"

	"sekisho/hostname"
)

// An entry is a scrubbed answer of an upstream.
type entry struct {
	answer
	// host is the name asked for, hops the names that the answer leads
	// through: CNAME, DNAME, HTTPS and SVCB targets in order.
	host hostname.Name
	hops []hostname.Name
	// targets are the names, in lower case and presentation form, that HTTPS
	// and SVCB records point to.
	targets []string
	// addrs are the addresses in the answer, hints those in its service records
	// and withheld those taken out of it.
	addrs, hints, withheld []netip.Addr
	remark                 remark

	// ttl is for how long the answer holds, counted from stored.
	ttl    time.Duration
	stored time.Time

	// hits counts how often it was given from the cache; renewed is set once
	// it is being asked for anew.
	hits    atomic.Uint32
	renewed atomic.Bool
	// inward tells that the last of hops is a local name, inside or special, and was
	// withheld for that.
	inward bool
	// endless tells that host leads through more names than are looked into.
	endless bool

	// short tells that host was blocked for where it leads: how far it leads was of no
	// matter then, and is to be found out before the entry is answered with.
	short atomic.Bool

	// judged is the last judgement of host and of where it leads; first is room for
	// the one that the entry was made with.
	judged atomic.Pointer[memo]
	first  memo
}

// errWire is for messages that this package packed itself and cannot read.
var errWire = errors.New("malformed message")

// newAnswer returns msg in the form that replies are made from. msg must have
// its question in lower case, and no OPT.
func newAnswer(msg *dns.Msg) (answer, error) {
	msg.Compress = true
	wire, err := msg.Pack()
	if err != nil {
		return answer{}, fmt.Errorf("pack answer: %w", err)
	}
	if err := new(dns.Msg).Unpack(wire); err != nil { // some records are taken in but not given out properly
		return answer{}, fmt.Errorf("unpack answer: %w", err)
	}
	start := skipName(wire, headerLen) + 4
	a := answer{
		rcode:     msg.Rcode,
		ad:        msg.AuthenticatedData,
		answers:   uint16(len(msg.Answer)),
		authority: uint16(len(msg.Ns)),
		records:   wire[start:len(wire):len(wire)],
	}
	for off := start; off < len(wire); {
		off = skipName(wire, off)
		if off == 0 || off+10 > len(wire) {
			return answer{}, errWire
		}
		a.ttls = append(a.ttls, uint16(off+4-start))
		off += 10 + int(binary.BigEndian.Uint16(wire[off+8:]))
	}
	return a, nil
}

// age is how long ago e was stored.
func (e *entry) age(now time.Time) time.Duration { return now.Sub(e.stored) }

// fresh reports whether e still holds.
func (e *entry) fresh(now time.Time) bool { return e.age(now) < e.ttl }

// size estimates what e takes up in memory under a key of keyLen.
func (e *entry) size(keyLen int) int {
	const overhead = 500 // the structs here and in the cache, map and allocator
	n := overhead + 2*keyLen + len(e.records) + 2*len(e.ttls) + len(e.host.String()) + hopsSize(e.hops)
	for _, target := range e.targets {
		n += 16 + len(target)
	}
	if m := e.judged.Load(); m != nil {
		n += 2*cap(m.slots) + 40*len(m.trail)
	}
	return n + 24*(len(e.addrs)+len(e.hints)+len(e.withheld))
}

// hopsSize estimates what hops take up in memory.
func hopsSize(hops []hostname.Name) int {
	n := 0
	for _, hop := range hops {
		n += 64 + len(hop.String())
	}
	return n
}

// brief returns e, or what holds for leadTTL of it.
func (e *entry) brief() *entry {
	if e.ttl <= leadTTL {
		return e
	}
	b := e.clone()
	b.ttl, b.records = leadTTL, bytes.Clone(e.records)
	for _, off := range b.ttls {
		ttl := b.records[off:]
		binary.BigEndian.PutUint32(ttl, min(binary.BigEndian.Uint32(ttl), uint32(leadTTL/time.Second)))
	}
	return b
}

// clone returns what e says, without a judgement.
func (e *entry) clone() *entry {
	return &entry{
		answer: e.answer, host: e.host, hops: e.hops, targets: e.targets, addrs: e.addrs, hints: e.hints, withheld: e.withheld, inward: e.inward,
		endless: e.endless, remark: e.remark, ttl: e.ttl, stored: e.stored,
	}
}

// barred takes the place of e and all that there is about its name, which leads through
// more names than are looked into.
func (e *entry) barred(now time.Time) *entry {
	return &entry{
		answer: *noData, host: e.host, ttl: maxNegativeTTL, stored: now, endless: true,
		remark: remark{dns.ExtendedErrorCodeBlocked, "leads through too many names"},
	}
}
