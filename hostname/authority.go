package hostname

import "strings"

// ParseAuthority reads host[:port], the form of a CONNECT target and of a
// Host header. The port is 0 when there is none or an empty one ("host:");
// leading zeros count for nothing ("host:0443"). Port 0 written out is
// refused, so that it cannot pass for an absent one. An IPv6 address must be
// in brackets (RFC 3986, section 3.2.2). Userinfo, a path and spaces are
// refused. The host is read as by [Parse], and so is the error.
func ParseAuthority(s string) (n Name, port uint16, err error) {
	host, port, reason := splitPort(s)
	if reason != "" {
		return Name{}, 0, invalid(s, reason)
	}
	if n, err = Parse(host); err != nil {
		return Name{}, 0, err
	}
	return n, port, nil
}

// splitPort cuts the port off s. The host is not yet looked at, except that a
// colon in it needs brackets.
func splitPort(s string) (host string, port uint16, reason string) {
	host = s
	colon := strings.LastIndexByte(s, ':')
	if colon > strings.LastIndexByte(s, ']') {
		host = s[:colon]
		if port, reason = parsePort(s[colon+1:]); reason != "" {
			return "", 0, reason
		}
	}
	if strings.Contains(host, ":") && host[0] != '[' {
		return "", 0, "it has more than one colon outside of brackets"
	}
	return host, port, ""
}

// parsePort reads a decimal port; "" is 0.
func parsePort(s string) (port uint16, reason string) {
	if s == "" {
		return 0, ""
	}
	v := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, "its port is not a number"
		}
		if v = v*10 + int(s[i]-'0'); v > 65535 {
			return 0, "its port is above 65535"
		}
	}
	if v == 0 {
		return 0, "its port is zero"
	}
	return uint16(v), ""
}

// special lists the schemes for which browsers take a backslash for a slash
// and do without the two slashes: URL Standard, section 3.1. file is left
// out, it has no host that is asked for over the network.
var special = [...]string{"http", "https", "ws", "wss", "ftp"}

// ParseInput finds the host in what a person types or pastes: a URL of any
// scheme, a name, an address, either with a port. It takes for the host what
// a browser would connect to: "https:/\user:pw@evil.example/amazon.co.jp" is
// evil.example. Space around the input is ignored, space within the host
// refused. The Name never holds on to the rest of s.
//
// Whoever types with a Japanese keyboard may have the whole address in full
// width, "ｈｔｔｐｓ：／／" too. No browser takes that for an address, so it is read so
// only when there is no other way to read it.
func ParseInput(s string) (Name, error) {
	n, err := parseInput(s)
	if err != nil && strings.Contains(s, "：／／") {
		if n, err := parseInput(strings.Map(narrow, s)); err == nil {
			return n, nil
		}
	}
	return n, err
}

// narrow maps a full-width form to ASCII.
func narrow(r rune) rune {
	if r >= '！' && r <= '～' {
		return r - '！' + '!'
	}
	return r
}

func parseInput(s string) (Name, error) {
	authority := findAuthority(strings.Trim(s, spaces))
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		authority = authority[i+1:]
	}
	// Cloned, because the Name may share its memory and outlive a URL whose
	// path and query are none of our business.
	authority = strings.Clone(authority)
	if n, err := Parse(authority); err == nil {
		return n, nil // also the bare IPv6 address, which ParseAuthority refuses
	}
	n, _, err := ParseAuthority(authority)
	return n, err
}

// spaces is what gets in around a pasted name: ASCII space and controls (URL
// Standard, section 4.4), the no-break and the ideographic space, and the
// byte order mark at the start of a file.
const spaces = "\x00\x01\x02\x03\x04\x05\x06\a\b\t\n\v\f\r\x0e\x0f" +
	"\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f \u00a0\u3000\ufeff"

// findAuthority returns the part of s between scheme and path. A backslash
// ends it for every scheme, not only for the special ones: a mail gateway
// that makes hxxp of http does not change where the victim was sent.
func findAuthority(s string) string {
	scheme, rest, ok := strings.Cut(s, ":")
	switch {
	case ok && isSpecial(scheme):
		s = strings.TrimLeft(rest, `/\`)
	case ok && isScheme(scheme) && strings.HasPrefix(rest, "//"):
		s = rest[len("//"):] // a third slash begins the path: file:///etc
	default:
		s = strings.TrimLeft(s, `/\`)
	}
	if i := strings.IndexAny(s, `/\?#`); i >= 0 {
		s = s[:i]
	}
	return s
}

func isSpecial(scheme string) bool {
	for _, s := range special {
		if strings.EqualFold(s, scheme) {
			return true
		}
	}
	return false
}

// isScheme reports whether s has the form of RFC 3986, section 3.1.
func isScheme(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		letter := 'a' <= c && c <= 'z'
		other := '0' <= s[i] && s[i] <= '9' || strings.IndexByte("+-.", s[i]) >= 0
		if !letter && (i == 0 || !other) {
			return false
		}
	}
	return s != ""
}
