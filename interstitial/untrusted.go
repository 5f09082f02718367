package interstitial

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
)

// Lengths, in runes, beyond which text from outside is cut. A host name has at
// most 253 octets (RFC 1035, section 2.3.4); decoded labels are shorter still,
// but escapes of odd bytes can make the text longer.
const (
	maxName       = 320
	maxDetail     = 400
	maxShort      = 80
	maxIdentifier = 64
	maxURL        = 2048
)

// maxMarks is how many combining marks may pile up on one letter; more are
// dropped, because a tower of them draws over the lines above and below.
const maxMarks = 2

// clean makes text from outside safe to set in a line: valid UTF-8, at most
// limit runes and then "…", with what has no glyph of its own (controls,
// direction overrides, zero-width characters) spelled out as <U+202E>. It does
// not escape HTML; the templates do.
func clean(s string, limit int) string {
	if plain(s) && len(s) <= limit {
		return s
	}
	var b strings.Builder
	runes, marks := 0, 0
	for _, r := range s {
		if runes == limit {
			b.WriteString("…")
			break
		}
		if unicode.In(r, unicode.Mn, unicode.Me) {
			if marks++; marks > maxMarks {
				continue
			}
		} else {
			marks = 0
		}
		runes++
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			b.WriteByte(' ')
		case invisible(r):
			fmt.Fprintf(&b, "<U+%04X>", r)
		default:
			b.WriteRune(r) // an invalid byte arrives as U+FFFD
		}
	}
	return b.String()
}

// plain reports whether s is printable ASCII.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// invisible reports whether r has no glyph or changes how others are laid out.
func invisible(r rune) bool {
	switch r {
	case unicode.ReplacementChar, ' ':
		return false
	case 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, 0x2800: // drawn as nothing
		return true
	}
	return !unicode.IsPrint(r) || unicode.Is(unicode.Variation_Selector, r)
}

// identifier returns s if it can stand in a header, a URL and a page as it is,
// and otherwise nothing.
func identifier(s string) string {
	if len(s) > maxIdentifier {
		return ""
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
		default:
			return ""
		}
	}
	return s
}

// secureURL parses an absolute https URL without user information.
func secureURL(s string) (*url.URL, bool) {
	if len(s) > maxURL {
		return nil, false
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return nil, false
	}
	return u, true
}

// localPath reports whether s is a path on the page's own origin: it starts
// with one slash, and nothing in it can be read as another authority.
func localPath(s string) bool {
	if len(s) > maxURL || !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") {
		return false
	}
	return plain(s) && !strings.ContainsAny(s, " \\#")
}
