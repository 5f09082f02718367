package resolver

import "net/netip"

// internal lists what netip has no method for: addresses that lead to this
// machine or its network and that no public name may have.
var internal = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),     // this network; Linux connects 0.0.0.0 to itself
	netip.MustParsePrefix("100.64.0.0/10"), // shared by a provider's customers, RFC 6598
	// Between a home's router and its provider (RFC 6333, RFC 7335): the router itself.
	// 192.0.0.170, which tells of NAT64 (RFC 7050), is not among them.
	netip.MustParsePrefix("192.0.0.0/29"),
	netip.MustParsePrefix("255.255.255.255/32"),
	netip.MustParsePrefix("fec0::/10"), // site-local, RFC 3879
}

// carriers are the prefixes of IPv6 addresses that carry an IPv4 address, and
// at which octet it starts.
var carriers = []struct {
	prefix netip.Prefix
	offset int
}{
	{netip.MustParsePrefix("::/96"), 12},           // IPv4-compatible, RFC 4291, section 2.5.5.1
	{netip.MustParsePrefix("::ffff:0:0:0/96"), 12}, // IPv4-translated, RFC 2765, section 2.1
	{netip.MustParsePrefix("64:ff9b::/96"), 12},    // NAT64, RFC 6052
	{netip.MustParsePrefix("2002::/16"), 2},        // 6to4, RFC 3056
}

// isPrivate reports whether addr is one that a public name must not lead to:
// a browser would take this machine or the office's printer for that site
// (DNS rebinding).
func isPrivate(addr netip.Addr) bool {
	addr = addr.Unmap()
	if addr.IsLoopback() || addr.IsPrivate() || addr.IsUnspecified() || addr.IsLinkLocalUnicast() ||
		addr.IsMulticast() {
		return true
	}
	for _, p := range internal {
		if p.Contains(addr) {
			return true
		}
	}
	return carries(addr, isPrivate)
}

// carries reports whether such holds for one of the IPv4 addresses that addr, an IPv6
// address, stands for or may stand for: who is on a network that translates or tunnels,
// or speaks such a thing itself, comes out there.
func carries(addr netip.Addr, such func(netip.Addr) bool) bool {
	if !addr.Is6() {
		return false
	}
	if addr.Is4In6() {
		return such(addr.Unmap())
	}
	raw := addr.As16()
	for _, c := range carriers {
		if c.prefix.Contains(addr) && such(netip.AddrFrom4([4]byte(raw[c.offset:c.offset+4]))) {
			return true
		}
	}
	return tunnels(addr, raw, such) || translatesLocally(addr, raw, such)
}

// localNAT64 is where a network may have prefixes of its own for NAT64, of any
// length that RFC 6052, section 2.2, knows (RFC 8215).
var localNAT64 = netip.MustParsePrefix("64:ff9b:1::/48")

// translatesLocally is carries for addr, which is raw, as an IPv4 address in any layout
// that a prefix of localNAT64 can have: which of them the network uses is not known
// here, and translators pass over what follows the address. Octet 8 is left
// out by all. Where nothing but the last four octets can be an address, these are;
// and one of 0.0.0.0/8, which nothing translates to, is no more than zeros between.
func translatesLocally(addr netip.Addr, raw [16]byte, such func(netip.Addr) bool) bool {
	if !localNAT64.Contains(addr) {
		return false
	}
	layouts := [...][4]byte{
		{raw[12], raw[13], raw[14], raw[15]}, // of 96 bits
		{raw[6], raw[7], raw[9], raw[10]},    // of 48
		{raw[7], raw[9], raw[10], raw[11]},   // of 56
		{raw[9], raw[10], raw[11], raw[12]},  // of 64
	}
	alone := [4]byte(raw[8:12]) == [4]byte{}
	for i, l := range layouts {
		if (i == 0 || !alone) && (l[0] != 0 || alone) && such(netip.AddrFrom4(l)) {
			return true
		}
	}
	return false
}

// teredo is where the addresses of RFC 4380 are.
var teredo = netip.MustParsePrefix("2001::/32")

// tunnels is carries for addr, which is raw, as an address of Teredo or ISATAP: a
// computer that speaks these sends there what is meant for addr. A Teredo address has
// its server's and, inverted, that of the client's router (RFC 4380, section 4); one of
// ISATAP that of the computer, under any prefix (RFC 5214, section 6.1).
func tunnels(addr netip.Addr, raw [16]byte, such func(netip.Addr) bool) bool {
	last := [4]byte(raw[12:])
	if teredo.Contains(addr) {
		router := [4]byte{^last[0], ^last[1], ^last[2], ^last[3]}
		return such(netip.AddrFrom4([4]byte(raw[4:8]))) || such(netip.AddrFrom4(router))
	}
	const local = 0x02 // the bit that says that the address is known to be unique in the world
	isatap := raw[8]&^local == 0 && raw[9] == 0 && raw[10] == 0x5e && raw[11] == 0xfe
	return isatap && such(netip.AddrFrom4(last))
}

// inside reports whether name, in presentation form, is one that a public name must
// not lead to, by an alias or the target of a service: a suffix of [Options.Forward]
// or a special name. A client that follows it would ask for that next, and get the
// private address that it was not given with the public name (DNS rebinding).
func (s *settings) inside(name string) bool {
	wire, err := wireName(name)
	if err != nil {
		return false
	}
	if _, forwarded := s.groupOf(wire); forwarded {
		return true
	}
	local, _ := specialOf(wire)
	return local != 0
}

// contains reports whether one of prefixes has addr in it, zones and
// IPv4-mapped forms aside.
func contains(prefixes []netip.Prefix, addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	for _, p := range prefixes {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}
