package hostname

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// PublicSuffix returns the part of n below which unrelated people register
// names: "co.jp", and by the private section of the list also "workers.dev".
// A name below an unlisted top-level domain has that for a suffix. For an IP
// address and for the zero Name it is "". The list is compiled in.
// See https://publicsuffix.org/list/.
func (n Name) PublicSuffix() string {
	if n.addr.IsValid() || n.ascii == "" {
		return ""
	}
	suffix, _ := publicsuffix.PublicSuffix(n.ascii)
	return suffix
}

// Registrable returns the public suffix of n and one label more: what one
// owner holds. It is "" for an IP address, for the zero Name, and when n
// itself is a public suffix, as every single label is.
func (n Name) Registrable() string {
	rest := len(n.ascii) - len(n.PublicSuffix()) - len(".")
	if n.addr.IsValid() || rest <= 0 {
		return ""
	}
	return n.ascii[strings.LastIndexByte(n.ascii[:rest], '.')+1:]
}

// Within reports whether n is suffix or a name below it. suffix has the form
// of String: no dot before or after it. An IP address is only within itself,
// nothing is within "".
func (n Name) Within(suffix string) bool {
	rest, ok := strings.CutSuffix(n.ascii, suffix)
	switch {
	case !ok || suffix == "":
		return false
	case rest == "":
		return true
	}
	return rest[len(rest)-1] == '.' && !n.addr.IsValid()
}
