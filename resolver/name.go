package resolver

import (
	"fmt"

	"github.com/miekg/dns"

	"sekisho/hostname"
)

// wireName returns the lower-case wire form of a name in presentation form,
// with or without its trailing dot.
func wireName(text string) ([]byte, error) {
	var buf [maxName + 1]byte
	n, err := dns.PackDomainName(dns.CanonicalName(text), buf[:], 0, nil, false)
	if err != nil {
		return nil, fmt.Errorf("name %q: %w", text, err)
	}
	if n > maxName {
		return nil, fmt.Errorf("name %q is longer than a name can be", text)
	}
	return buf[:n:n], nil
}

// present returns the presentation form of a well-formed wire name.
func present(wire []byte) string {
	name, _, err := dns.UnpackDomainName(wire, 0)
	if err != nil {
		return "."
	}
	return name
}

// mustWire is wireName for names written in this package.
func mustWire(text string) string {
	wire, err := wireName(text)
	if err != nil {
		panic(err)
	}
	return string(wire)
}

// hostOf returns the host that a name in presentation form stands for, which
// is the zero Name for the root and for what is no name.
func hostOf(text string) hostname.Name {
	wire, err := wireName(text)
	if err != nil {
		return hostname.Name{}
	}
	return hostOfWire(wire)
}

func hostOfWire(wire []byte) hostname.Name {
	n, _, err := hostname.FromWire(wire)
	if err != nil {
		return hostname.Name{}
	}
	return n
}

// suffixes maps lower-case wire names to what holds for them and below.
type suffixes[T any] map[string]T

// find returns what holds for name, a lower-case wire name: the entry with the
// most labels wins. exact tells whether the entry is the name itself.
func (s suffixes[T]) find(name []byte) (v T, exact, found bool) {
	for off := 0; off < len(name); off += int(name[off]) + 1 {
		if v, found = s[string(name[off:])]; found {
			return v, off == 0, true
		}
	}
	return v, false, false
}
