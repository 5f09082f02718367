package guard

import "unicode/utf8"

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func upper(c byte) bool { return 'A' <= c && c <= 'Z' }

// alphanumeric reports whether c is a letter or a digit, or part of a letter beyond ASCII.
func alphanumeric(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'z' || upper(c) || c >= utf8.RuneSelf
}
