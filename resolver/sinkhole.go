package resolver

import (
	"net/netip"

	"github.com/miekg/dns"
)

// A sinkhole has the answers that lead to the warning page instead of nowhere,
// for clients that trust the authority which the page's certificate is from: to
// others it would be one more warning to click away.
type sinkhole struct {
	trusts   func(netip.Addr) bool
	v4, v6   *answer // nil where there is no address
	anything bool
}

// newSinkhole returns the sinkhole at addrs; without any, or without trusts,
// nobody is led there.
func newSinkhole(addrs []netip.Addr, trusts func(netip.Addr) bool) sinkhole {
	h := sinkhole{trusts: trusts, anything: len(addrs) > 0 && trusts != nil}
	for _, addr := range addrs {
		if addr = addr.Unmap(); addr.Is4() {
			h.v4 = local(dns.TypeA, blockTTL, addr.AsSlice())
		} else {
			h.v6 = local(dns.TypeAAAA, blockTTL, addr.AsSlice())
		}
	}
	return h
}

// blockedData tells that a blocked name exists and has nothing of the type.
var blockedData = negative(dns.RcodeSuccess, blockTTL)

// blocked returns the answer to q, whose name is blocked, and the remark r that
// goes with it: a forged address says so (RFC 8914, section 4.5). HTTPS records
// would lead around the page, so there are none.
func (h *sinkhole) blocked(q *query, r remark) (*answer, remark) {
	if !h.anything || !h.trusts(q.client) {
		return blockedAnswer, r
	}
	a := blockedData
	switch {
	case q.qtype == dns.TypeA && h.v4 != nil:
		a = h.v4
	case q.qtype == dns.TypeAAAA && h.v6 != nil:
		a = h.v6
	}
	if a != blockedData {
		r.code = dns.ExtendedErrorCodeForgedAnswer
	}
	return a, r
}
