package resolver

import (
	"encoding/binary"
	"net/netip"

	"github.com/miekg/dns"
)

var (
	// ddrName is asked for the encrypted ways to this resolver (RFC 9462).
	ddrName = mustWire("_dns.resolver.arpa")
	// ddrTarget is what these are called. Nobody has to resolve it: the address
	// stands beside it, and a certificate is to be one for that address.
	ddrTarget = mustWire(DDRTarget)
)

// DDRTarget is the name under which clients that were led by _dns.resolver.arpa
// ask at the address that stands beside it.
const DDRTarget = "dns.sekisho.internal"

// Designate has _dns.resolver.arpa lead to the DNS over HTTPS of another server of
// this process at at, an unspecified address standing for all, unless it leads to
// one of this server's own already. It is called before Serve.
func (s *Server) Designate(at netip.AddrPort) {
	plain, doh := s.own(), addrPortOf(s.secured.doh)
	if doh.IsValid() && doh.Addr() == plain.Addr().Unmap() {
		return
	}
	addr := at.Addr().Unmap()
	if addr.IsUnspecified() && (addr.Is6() || plain.Addr().Unmap().Is4()) {
		addr = plain.Addr().Unmap()
	}
	s.designated = designated(plain, addrPortOf(s.secured.dot), netip.AddrPortFrom(addr, at.Port()))
}

// designated returns the answer that leads from the plain resolver to dot and
// doh, or nil if nobody can follow: they must have the very address that was
// asked, for which alone their certificate is proof.
func designated(plain, dot, doh netip.AddrPort) *answer {
	if !plain.IsValid() || plain.Addr().IsUnspecified() {
		return nil
	}
	var data [][]byte
	fits := func(at netip.AddrPort) bool { return at.IsValid() && at.Addr() == plain.Addr().Unmap() }
	if fits(doh) {
		path := param(7, []byte(dohPath+"{?dns}")) // dohpath, RFC 9461
		data = append(data, service(1, "\x02h2", doh, path))
	}
	if fits(dot) {
		data = append(data, service(2, "\x03dot", dot, nil))
	}
	if len(data) == 0 {
		return nil
	}
	return local(dns.TypeSVCB, localTTL, data...)
}

// service is the data of a SVCB record, its parameters in order of their keys
// (RFC 9460, section 2.2).
func service(priority uint16, alpn string, at netip.AddrPort, last []byte) []byte {
	data := append(binary.BigEndian.AppendUint16(nil, priority), ddrTarget...)
	data = append(data, param(uint16(dns.SVCB_ALPN), []byte(alpn))...)
	data = append(data, param(uint16(dns.SVCB_PORT), binary.BigEndian.AppendUint16(nil, at.Port()))...)
	hint := uint16(dns.SVCB_IPV4HINT)
	if at.Addr().Is6() {
		hint = uint16(dns.SVCB_IPV6HINT)
	}
	return append(append(data, param(hint, at.Addr().AsSlice())...), last...)
}

func param(key uint16, value []byte) []byte {
	data := binary.BigEndian.AppendUint16(nil, key)
	return append(binary.BigEndian.AppendUint16(data, uint16(len(value))), value...)
}
