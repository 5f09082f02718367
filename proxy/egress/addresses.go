package egress

import (
	"net"
	"net/netip"
	"slices"
)

// Prefixes that are not the public internet. Some hold an IPv4 address inside
// an IPv6 one, which is how a filter that looks at IPv6 alone is walked
// around (RFC 6052, RFC 3056, RFC 4380); they are refused as a whole, except
// the well-known NAT64 prefix, which is judged by what it embeds because it
// is the only way out of an IPv6-only network.
var specialPrefixes = parsePrefixes(
	"0.0.0.0/8",        // this host (RFC 1122, section 3.2.1.3)
	"10.0.0.0/8",       // private (RFC 1918)
	"100.64.0.0/10",    // carrier NAT (RFC 6598); 100.100.100.200 is a metadata service
	"127.0.0.0/8",      // loopback
	"168.63.129.16/32", // Azure's wire server, which hands out the machine's secrets
	"169.254.0.0/16",   // link-local, and the metadata services of clouds
	"172.16.0.0/12",    // private
	"192.0.0.0/24",     // protocol assignments (RFC 6890)
	"192.168.0.0/16",   // private
	"198.18.0.0/15",    // benchmarking (RFC 2544)
	"224.0.0.0/4",      // multicast
	"240.0.0.0/4",      // reserved, and broadcast
	"::/128",           // unspecified
	"::1/128",          // loopback
	"::/96",            // IPv4-compatible (deprecated, RFC 4291)
	"64:ff9b:1::/48",   // local-use NAT64 (RFC 8215)
	"100::/64",         // discard (RFC 6666)
	"2001::/32",        // Teredo
	"2002::/16",        // 6to4
	"fc00::/7",         // unique local; fd00:ec2::254 is a metadata service
	"fe80::/10",        // link-local
	"fec0::/10",        // site-local (deprecated)
	"ff00::/8",         // multicast
	"::ffff:0:0:0/96",  // IPv4-translated (RFC 2765)
)

// nat64 is the well-known prefix (RFC 6052, section 2.1).
var nat64 = netip.MustParsePrefix("64:ff9b::/96")

func parsePrefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		out[i] = netip.MustParsePrefix(t)
	}
	return out
}

// Public reports whether a is an address of the public internet, wherever it may be
// embedded.
func Public(a netip.Addr) bool {
	if nat64.Contains(a) {
		b := a.As16()
		a = netip.AddrFrom4([4]byte(b[12:]))
	}
	return a.IsValid() && !slices.ContainsFunc(specialPrefixes, func(p netip.Prefix) bool { return p.Contains(a) })
}

// Own reports whether ap, without a zone and unmapped, is one of the listeners of this
// process, also when one listens on all addresses and ap is one of this machine's.
func Own(listeners []netip.AddrPort, ap netip.AddrPort) bool {
	for _, own := range listeners {
		if own.Port() != ap.Port() {
			continue
		}
		addr := own.Addr().Unmap()
		if addr == ap.Addr() || ap.Addr().IsUnspecified() {
			return true
		}
		if addr.IsUnspecified() && isLocal(ap.Addr()) {
			return true
		}
	}
	return false
}

// isLocal reports whether a is an address of this machine.
func isLocal(a netip.Addr) bool {
	if a.IsLoopback() {
		return true
	}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	for _, ia := range addrs {
		if n, ok := ia.(*net.IPNet); ok {
			if got, ok := netip.AddrFromSlice(n.IP); ok && got.Unmap() == a {
				return true
			}
		}
	}
	return false
}
