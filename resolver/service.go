package resolver

import (
	"net"
	"net/netip"
	"slices"

	"github.com/miekg/dns"

	"sekisho/hostname"
)

// cleanService edits a SVCB or HTTPS record (RFC 9460). The key for encrypted
// hellos goes, as the name in a hello is what sekisho judges; so do private
// addresses among the hints. What was mandatory and is gone is no longer
// called mandatory. The target is a hop like that of a CNAME, and what is said
// about it elsewhere is part of the way too. It reports false if the record must not
// be passed on.
func (s *scrubber) cleanService(rr *dns.SVCB) bool {
	if target := dns.CanonicalName(rr.Target); target != "." && target != s.name {
		if !s.serve(target) {
			return false
		}
		s.point(target)
	}
	kept := rr.Value[:0:0]
	var gone []dns.SVCBKey
	for _, v := range rr.Value {
		switch v := v.(type) {
		case *dns.SVCBECHConfig:
			gone = append(gone, dns.SVCB_ECHCONFIG)
			continue
		case *dns.SVCBIPv4Hint:
			if v.Hint = s.admitHints(v.Hint); len(v.Hint) == 0 {
				gone = append(gone, dns.SVCB_IPV4HINT)
				continue
			}
		case *dns.SVCBIPv6Hint:
			if v.Hint = s.admitHints(v.Hint); len(v.Hint) == 0 {
				gone = append(gone, dns.SVCB_IPV6HINT)
				continue
			}
		}
		kept = append(kept, v)
	}
	if len(gone) > 0 {
		s.edited = true
		kept = demand(kept, gone)
	}
	rr.Value = kept
	return true
}

// fulfilsMandatory reports whether rr has what its list of mandatory keys says, if it is a
// service record with one: these in ascending order, each once, and not the list itself
// (RFC 9460, section 8). An alias (priority 0) has no parameters that count (section 2.4.2).
func fulfilsMandatory(rr dns.RR) bool {
	var service *dns.SVCB
	switch rr := rr.(type) {
	case *dns.SVCB:
		service = rr
	case *dns.HTTPS:
		service = &rr.SVCB
	}
	if service == nil || service.Priority == 0 || len(service.Value) == 0 {
		return true
	}
	list, ok := service.Value[0].(*dns.SVCBMandatory) // its key is 0, and they are in order
	if !ok {
		return true
	}
	last := dns.SVCB_MANDATORY
	for _, key := range list.Code {
		present := slices.ContainsFunc(service.Value, func(v dns.SVCBKeyValue) bool { return v.Key() == key })
		if key <= last || !present {
			return false
		}
		last = key
	}
	return len(list.Code) > 0
}

// serve notes that the answer leads to target by a service record, and reports whether
// it may. A target that reads as an address, in whatever notation, counts as that: there
// are clients that take it for a host, and connect to that address.
func (s *scrubber) serve(target string) bool {
	host, err := hostname.Parse(target)
	addr, literal := host.Addr()
	if err != nil || !literal {
		return s.hop(target)
	}
	if !s.permits(addr) {
		s.edited = true
		s.e.remark = remark{dns.ExtendedErrorCodeBlocked, "private address as a target of a public name withheld"}
		return false
	}
	return s.hopTo(target, host)
}

// point notes that a record points to target: of one more than are followed, so that
// who follows them sees that there are too many, whichever of them it has seen before.
func (s *scrubber) point(target string) {
	if len(s.e.targets) <= maxFollow && !slices.Contains(s.e.targets, target) {
		s.e.targets = append(s.e.targets, target)
	}
}

// admitHints returns the addresses that may be passed on.
func (s *scrubber) admitHints(hints []net.IP) []net.IP {
	kept := hints[:0:0]
	for _, ip := range hints {
		addr, ok := netip.AddrFromSlice(ip)
		if addr = addr.Unmap(); !ok || !s.permits(addr) {
			continue
		}
		kept = append(kept, ip)
		s.e.hints = append(s.e.hints, addr)
	}
	if len(kept) < len(hints) {
		s.edited = true
		s.e.remark = remark{dns.ExtendedErrorCodeBlocked, "private hint of a public name withheld"}
	}
	return kept
}

// demand takes the keys that are gone out of the list of mandatory ones, and
// the list itself out of values when it is empty: an empty one is malformed
// (RFC 9460, section 8).
func demand(values []dns.SVCBKeyValue, gone []dns.SVCBKey) []dns.SVCBKeyValue {
	kept := values[:0:0]
	for _, v := range values {
		if m, ok := v.(*dns.SVCBMandatory); ok {
			m.Code = slices.DeleteFunc(m.Code, func(k dns.SVCBKey) bool { return slices.Contains(gone, k) })
			if len(m.Code) == 0 {
				continue
			}
		}
		kept = append(kept, v)
	}
	return kept
}
