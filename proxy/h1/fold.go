package h1

// EqualFold reports whether b is s, which is in lower case, in any case of
// ASCII.
func EqualFold(b []byte, s string) bool { return len(b) == len(s) && HasPrefixFold(b, s) }

// HasPrefixFold reports whether b begins with s, which is in lower case, in any case of
// ASCII.
func HasPrefixFold(b []byte, s string) bool {
	if len(b) < len(s) {
		return false
	}
	for i := range len(s) {
		c := b[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != s[i] {
			return false
		}
	}
	return true
}
