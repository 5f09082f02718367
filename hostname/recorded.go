package hostname

import (
	"strings"
)

// ParseRecorded is [Parse] for what was recorded of a name, or is to be compared with
// that: it takes the String of every Name besides that [FromWire] returns, in any case and
// with a trailing dot. Such names are of the DNS alone ("xn--a.example"): people have to
// find them and to decide about them, but nothing connects to one.
func ParseRecorded(s string) (Name, error) {
	n, err := Parse(s)
	if err == nil {
		return n, nil
	}
	text := strings.ToLower(trimDot(s))
	wire, ok := wireOf(text)
	if !ok {
		return Name{}, err
	}
	// Another spelling of it is none that is recorded: \097.example is a.example.
	if n, size, wireErr := FromWire(wire); wireErr == nil && size == len(wire) && n.ascii == text {
		return Name{ascii: strings.Clone(text)}, nil
	}
	return Name{}, err
}

// wireOf returns the labels of text, which may have octets as \DDD, as on the wire.
func wireOf(text string) (wire []byte, ok bool) {
	if len(text) > maxInput {
		return nil, false
	}
	for label := range strings.SplitSeq(text, ".") {
		at := len(wire)
		wire = append(wire, 0)
		for i := 0; i < len(label); i++ {
			c := label[i]
			if c == '\\' {
				if c, ok = octet(label[i+1:]); !ok {
					return nil, false
				}
				i += 3
			}
			wire = append(wire, c)
		}
		if len(wire)-at-1 > maxLabel {
			return nil, false
		}
		wire[at] = byte(len(wire) - at - 1)
	}
	return append(wire, 0), true
}

// octet reads three decimal digits.
func octet(s string) (c byte, ok bool) {
	if len(s) < 3 {
		return 0, false
	}
	v := 0
	for _, d := range []byte(s[:3]) {
		if d < '0' || d > '9' {
			return 0, false
		}
		v = 10*v + int(d-'0')
	}
	return byte(v), v <= 0xff
}

// ParseAsked is [ParseInput] for what a verdict is asked on: it takes names of the DNS
// alone besides ("xn--a.example"), because the resolver judges these too: not every browser
// refuses "https://xn--a.example/" before it asks for the name. In a URL that is all there
// is of them, and a backslash ends the host as it does for browsers: what leads to
// evil.example must not be judged as "evil.example\032.amazon.co.jp".
func ParseAsked(s string) (Name, error) {
	n, err := ParseInput(s)
	if err == nil {
		return n, nil
	}
	s = strings.Trim(s, spaces)
	if n, recorded := ParseRecorded(s); recorded == nil {
		return n, nil
	}
	if host := brokenHost(findAuthority(s)); host != "" {
		if n, recorded := ParseRecorded(host); recorded == nil {
			return n, nil
		}
	}
	return Name{}, err
}

// brokenHost returns the host of authority if an A-label is in it, which nobody may be able
// to read, and nothing that browsers read as anything but itself, or "".
func brokenHost(authority string) string {
	host, _, reason := splitPort(authority[strings.LastIndexByte(authority, '@')+1:])
	other := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
	}
	if reason != "" || strings.ContainsFunc(host, other) || !strings.Contains(strings.ToLower("."+host), ".xn--") {
		return ""
	}
	return host
}
