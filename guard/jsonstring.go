package guard

import (
	"unicode/utf16"
	"unicode/utf8"
)

// jsonUnescape decodes the escapes of RFC 8259, section 7. Unknown ones stand
// for the letter after the backslash, as lenient readers have it.
func jsonUnescape(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' || i+1 == len(raw) {
			out = append(out, raw[i])
			continue
		}
		i++
		switch c := raw[i]; c {
		case 'n':
			out = append(out, '\n')
		case 't':
			out = append(out, '\t')
		case 'r':
			out = append(out, '\r')
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'x': // of JavaScript
			if i+2 < len(raw) && unhex(raw[i+1]) >= 0 && unhex(raw[i+2]) >= 0 {
				c = byte(unhex(raw[i+1])<<4 | unhex(raw[i+2]))
				i += 2
			}
			out = append(out, c)
		case 'u':
			u, ok := hex4(raw[i+1:])
			if !ok {
				out = append(out, 'u')
				continue
			}
			i += 4
			if utf16.IsSurrogate(u) && i+2 < len(raw) && raw[i+1] == '\\' && raw[i+2] == 'u' {
				if low, ok := hex4(raw[i+3:]); ok {
					if whole := utf16.DecodeRune(u, low); whole != utf8.RuneError {
						u, i = whole, i+6
					}
				}
			}
			out = utf8.AppendRune(out, u)
		default:
			out = append(out, c)
		}
	}
	return out
}

// hex4 reads four hexadecimal digits.
func hex4(b []byte) (u rune, ok bool) {
	if len(b) < 4 {
		return 0, false
	}
	for _, c := range b[:4] {
		d := unhex(c)
		if d < 0 {
			return 0, false
		}
		u = u<<4 | rune(d)
	}
	return u, true
}
