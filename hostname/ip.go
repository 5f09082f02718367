package hostname

import (
	"net/netip"
	"strings"
)

// fromAddr returns the Name of a, which is known to be spelled s.
func fromAddr(a netip.Addr, s string) Name {
	a = a.Unmap()
	var buf [len("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255")]byte
	b := a.AppendTo(buf[:0])
	if string(b) == s {
		return Name{ascii: s, addr: a}
	}
	return Name{ascii: string(b), addr: a}
}

// parseIPv6 reads an IPv6 address, in brackets or bare.
func parseIPv6(s string) (n Name, reason string) {
	inner := s
	if s[0] == '[' {
		if s[len(s)-1] != ']' {
			return Name{}, "it has a bracket that is not closed"
		}
		inner = s[1 : len(s)-1]
	}
	// A zone names an interface of this machine; nobody else can mean it.
	if strings.Contains(inner, "%") {
		return Name{}, "it is an address with a zone"
	}
	a, err := netip.ParseAddr(inner)
	switch {
	case err == nil && a.Is6():
		return fromAddr(a, inner), ""
	case s[0] == '[':
		return Name{}, "it has brackets around something that is no IPv6 address"
	}
	return Name{}, "it has a colon but is no IPv6 address"
}

// isNumeric reports whether a name that ends in label has to be an IPv4
// address: the "ends in a number checker" of the URL Standard, section 3.5.
// Digits that are no octal number (09) count, letters after 0x that are no
// hexadecimal digits do not.
func isNumeric(label string) bool {
	if label == "" || label[0] < '0' || label[0] > '9' {
		return false
	}
	if hex, ok := strings.CutPrefix(label, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return strings.Trim(label, "0123456789") == ""
}

// parseIPv4 is the IPv4 parser of the URL Standard, section 3.5: one to four
// numbers, each decimal, octal (0…) or hexadecimal (0x…), of which the last
// fills the octets that are left. s is in lower case.
func parseIPv4(s string) (n Name, reason string) {
	const noIPv4 = "it ends in a number but is no IPv4 address"
	parts := strings.Count(s, ".") + 1
	if parts > 4 {
		return Name{}, noIPv4
	}
	var v uint64
	for i, rest := 1, s; i <= parts; i++ {
		part, after, _ := strings.Cut(rest, ".")
		rest = after
		bits := 8
		if i == parts {
			bits = 8 * (5 - parts)
		}
		x, ok := parseNumber(part)
		if !ok || x>>bits != 0 {
			return Name{}, noIPv4
		}
		v = v<<bits | x
	}
	a := netip.AddrFrom4([4]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)})
	return fromAddr(a, s), ""
}

// parseNumber reads one number of an IPv4 address. A value that does not fit
// 32 bits may come back as any other that does not. "0x" alone is 0.
func parseNumber(s string) (v uint64, ok bool) {
	base := uint64(10)
	if hex, found := strings.CutPrefix(s, "0x"); found {
		s, base = hex, 16
	} else if s == "" {
		return 0, false
	} else if s[0] == '0' {
		base = 8
	}
	for i := range len(s) {
		c := uint64(s[i])
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		default:
			return 0, false
		}
		if c >= base {
			return 0, false
		}
		if v = v*base + c; v > 1<<32 {
			v = 1 << 32
		}
	}
	return v, true
}
