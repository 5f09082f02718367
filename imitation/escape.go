package imitation

import (
	"bytes"
	"unicode/utf8"

	"sekisho/imitation/charset"
)

// escape reads the escapes that begin p, one after the other, and returns how
// many bytes they are. What may be cut off by the end of p is left for the
// next time.
func (s *script) escape(p []byte) int {
	s.plain = s.plain[:0]
	n, wide := 0, false
	for n < len(p) && p[n] == '\\' && n < maxRun && (n == 0 || len(p)-n > len(`\u{10ffff}`)) {
		r, size := unescapeRune(p[n:])
		if s.style {
			r, size = unescapeStyle(p[n:])
		}
		if r >= 0 {
			s.plain = utf8.AppendRune(s.plain, r)
			wide = wide || r >= utf8.RuneSelf
		}
		n += size
	}
	if wide {
		s.fold.space = false
		s.plain, s.spare = s.fold.fold(s.spare[:0], s.plain), s.plain
	}
	s.emit(s.plain)
	return n
}

// maxAddress is how far before percent encoding the start of an address is looked for.
const maxAddress = 512

// address reports whether what follows p is of an address that begins in it: links to
// share an article have its title in them.
func address(p []byte) bool {
	p = p[bytes.LastIndexAny(p, "\"'`")+1:]
	return bytes.Contains(p, []byte("//")) || bytes.HasPrefix(p, []byte("/"))
}

// percent reads the characters that begin p[i:] in percent encoding, outside of what
// is collected for its end, and returns how many bytes they are. ASCII is left as it
// is: few words of Amazon's have any that is encoded.
func (s *script) percent(p []byte, start, i int) int {
	if s.pack.quote != 0 {
		return 0
	}
	s.plain = s.plain[:0]
	n := i
	for n+2 < len(p) && p[n] == '%' && hex(p[n+1]) >= 8 && hex(p[n+2]) >= 0 && n-i < maxRun {
		s.plain = append(s.plain, byte(hex(p[n+1])<<4|hex(p[n+2])))
		n += 3
	}
	whole := charset.Uncut(s.plain)
	if whole == 0 || !utf8.Valid(s.plain[:whole]) || address(p[max(0, i-maxAddress):i]) {
		return 0
	}
	s.emit(trimBefore(p[start:i]))
	s.fold.space = false
	s.plain, s.spare = s.fold.fold(s.spare[:0], s.plain[:whole]), s.plain
	s.decodes = true
	s.emit(s.plain)
	s.decodes = false
	return 3 * whole
}

// unescapeRune reads one escape of JavaScript or JSON; -1 stands for none.
func unescapeRune(p []byte) (r rune, size int) {
	if len(p) < 2 {
		return -1, len(p)
	}
	switch b := p[1]; b {
	case 'u':
		if len(p) > 2 && p[2] == '{' {
			for i := 3; i < len(p) && i < 11; i++ {
				if p[i] == '}' {
					return hexRune(p[3:i]), i + 1
				}
			}
			return -1, 3
		}
		if len(p) >= 6 {
			if r := hexRune(p[2:6]); r >= 0 {
				return r, 6
			}
		}
		return -1, 2
	case 'x':
		if len(p) >= 4 {
			if r := hexRune(p[2:4]); r >= 0 {
				return r, 4
			}
		}
		return -1, 2
	case 'n', 't', 'r':
		return ' ', 2
	case '\n':
		return -1, 2 // the line goes on
	case '\\':
		// A string in a string, which is parsed once more.
		if len(p) >= 7 && p[2] == 'u' {
			if r := hexRune(p[3:7]); r >= 0 {
				return r, 7
			}
		}
		return '\\', 2
	default:
		if b >= utf8.RuneSelf {
			return -1, 1
		}
		return rune(b), 2
	}
}

// unescapeStyle reads one escape of CSS: up to six digits and a blank that ends
// them, or a character (CSS Syntax, section 4.3.7).
func unescapeStyle(p []byte) (r rune, size int) {
	end := 1
	for end < len(p) && end <= 6 && hex(p[end]) >= 0 {
		end++
	}
	switch {
	case end > 1:
		r = hexRune(p[1:end])
		if end < len(p) && blank(p[end]) {
			end++
		}
		return r, end
	case len(p) < 2 || p[1] >= utf8.RuneSelf:
		return -1, 1
	case p[1] == 'u' && len(p) >= 6 && hexRune(p[2:6]) >= 0: // for a script that parses a property as JSON
		return hexRune(p[2:6]), 6
	case p[1] == '\n':
		return -1, 2 // the line goes on
	}
	return rune(p[1]), 2
}

// hexRune reads hexadecimal digits; -1 stands for something else.
func hexRune(p []byte) (r rune) {
	if len(p) == 0 || len(p) > 6 {
		return -1
	}
	for _, b := range p {
		n := hex(b)
		if n < 0 {
			return -1
		}
		r = r<<4 | rune(n)
	}
	if r > utf8.MaxRune {
		return -1
	}
	return r
}

// trimBefore drops the space before a wide character.
func trimBefore(p []byte) []byte {
	return bytes.TrimSuffix(p, []byte(" "))
}

// wide reads characters that are not ASCII, and returns how many bytes.
func (s *script) wide(p []byte) int {
	n := 0
	for n < len(p) && n < maxRun && p[n] >= utf8.RuneSelf {
		n++
	}
	for n < len(p) && n > 1 && p[n] >= utf8.RuneSelf && !utf8.RuneStart(p[n]) {
		n--
	}
	s.fold.space = false
	s.plain = s.fold.run(s.plain[:0], p[:n])
	s.emit(s.plain)
	if s.fold.wide && n < len(p) && p[n] == ' ' {
		n++
	}
	return n
}
