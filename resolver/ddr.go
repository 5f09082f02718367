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
// this process at at, an unspecified address standing for all, where it does not
// lead to one of this server's own already. It is called before Serve.
func (s *Server) Designate(at netip.AddrPort) {
	s.elsewhere = netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
}

// designated returns the answer that leads who asks at an address of ours to the
// encrypted ways, or nil if nobody can follow: they must have that very address,
// for which alone their certificate is proof.
func (s *Server) designated(asked netip.Addr) *answer {
	asked = asked.Unmap()
	if !asked.IsValid() {
		asked = s.own().Addr().Unmap()
	}
	if !asked.IsValid() || asked.IsUnspecified() || asked.IsMulticast() || asked.IsLinkLocalUnicast() { // of the last a hint cannot tell the link
		return nil
	}
	doh, ok := serves(addrPortOf(s.secured.doh), asked)
	if !ok {
		doh, ok = serves(s.elsewhere, asked)
	}
	var data [][]byte
	if ok {
		path := param(7, []byte(dohPath+"{?dns}")) // dohpath, RFC 9461
		data = append(data, service(1, "\x02h2", doh, path))
	}
	if dot, ok := serves(addrPortOf(s.secured.dot), asked); ok {
		data = append(data, service(2, "\x03dot", dot, nil))
	}
	if len(data) == 0 {
		return nil
	}
	return local(dns.TypeSVCB, localTTL, data...)
}

// serves returns where at addr what listens at at is reached, and whether it is.
func serves(at netip.AddrPort, addr netip.Addr) (netip.AddrPort, bool) {
	all := at.Addr().IsUnspecified() && (at.Addr().Is6() || addr.Is4())
	return netip.AddrPortFrom(addr, at.Port()), at.IsValid() && (all || at.Addr() == addr)
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
