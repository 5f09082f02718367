package resolver

import (
	"net/netip"
	"sync/atomic"

	"github.com/miekg/dns"
)

// A sinkhole has the answers that lead to the warning page instead of nowhere,
// for clients that trust the authority which the page's certificate is from: to
// others it would be one more warning to click away.
type sinkhole struct {
	// of is [Options.Sinkhole], or nil.
	of func(client netip.Addr) netip.Addr
	// last4 and last6 are the answers made last: hardly ever is there another.
	last4, last6 atomic.Pointer[forged]
}

// A forged answer leads to addr.
type forged struct {
	addr netip.Addr
	*answer
}

// blockedData tells that a blocked name exists and has nothing of the type.
var blockedData = negative(dns.RcodeSuccess, blockTTL)

// blocked returns the answer to q, whose name is blocked. HTTPS records would
// lead around the page, and an address of the other family to somebody else, so
// there are none.
func (h *sinkhole) blocked(q *query) *answer {
	addr := h.addr(q)
	switch {
	case !addr.IsValid():
		return blockedAnswer
	case q.qtype == dns.TypeA && addr.Is4():
		return lead(&h.last4, dns.TypeA, addr)
	case q.qtype == dns.TypeAAAA && addr.Is6():
		return lead(&h.last6, dns.TypeAAAA, addr)
	}
	return blockedData
}

// addr is where q's client is led; the zero Addr for nowhere.
func (h *sinkhole) addr(q *query) netip.Addr {
	if h.of == nil {
		return netip.Addr{}
	}
	addr := h.of(q.client)
	if !addr.IsUnspecified() {
		return addr.Unmap()
	}
	at := q.at.Unmap()
	switch {
	case !at.IsValid() || at.IsUnspecified() || at.IsMulticast():
		return netip.Addr{} // not told
	case at.Is6() && at.IsLinkLocalUnicast():
		return netip.Addr{} // of no use without its zone
	case addr.Is4() && !at.Is4():
		return netip.Addr{} // nobody listens there
	}
	return at
}

func lead(last *atomic.Pointer[forged], rtype uint16, addr netip.Addr) *answer {
	if f := last.Load(); f != nil && f.addr == addr {
		return f.answer
	}
	a := local(rtype, blockTTL, addr.AsSlice())
	last.Store(&forged{addr, a})
	return a
}
