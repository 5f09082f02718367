package sink

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"sekisho/journal"
)

// oneLine returns s as valid UTF-8 in which nothing ends a line or acts on a
// terminal: what would, and what is no character, becomes U+FFFD. The journal has
// escaped all that already; a formatter does not rely on it.
func oneLine(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return strings.Map(func(r rune) rune {
				if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
					return utf8.RuneError
				}
				return r // a byte that is no UTF-8 comes as U+FFFD
			}, s)
		}
	}
	return s
}

// word returns s with what is no printable ASCII, or a space, as "?", cut to most
// bytes, and "-" for nothing: RFC 5424's NILVALUE.
func word(s string, most int) string {
	if s == "" {
		return "-"
	}
	b := []byte(s[:min(len(s), most)])
	for i, c := range b {
		if c <= ' ' || c > '~' {
			b[i] = '?'
		}
	}
	return string(b)
}

// summary says in a few words of ASCII what e is.
func summary(e *journal.Event) string {
	var parts []string
	for _, s := range []string{e.Action, e.Severity, e.Door, e.Ground, e.Technique, e.Host} {
		if s != "" {
			parts = append(parts, word(s, 253))
		}
	}
	if e.Observed {
		parts = append(parts, "(observed)")
	}
	return strings.Join(parts, " ")
}

// appendEscaped appends s with a backslash before each of special.
func appendEscaped(b []byte, s, special string) []byte {
	for i := 0; i < len(s); i++ {
		if strings.IndexByte(special, s[i]) >= 0 {
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return b
}
