package hostname

import "net/netip"

// networkBits is what one customer has of IPv6 at the least (RFC 6177), and what a
// device may take any address of (RFC 4862).
const networkBits = 64

// Network is what limits and counts take for one client: of IPv6 the first address
// of a's network of /64, since who has one address of it has as many as they like;
// an IPv4 address itself, also when it is written as IPv6. Zones are left out. Of the
// zero Addr it is the zero Addr.
func Network(a netip.Addr) netip.Addr {
	if a = a.Unmap().WithZone(""); a.Is6() {
		return netip.PrefixFrom(a, networkBits).Masked().Addr()
	}
	return a
}
