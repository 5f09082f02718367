package imitation

import (
	"strconv"
	"unicode/utf8"
)

// escape reads the escapes that begin p, one after the other, and returns how
// many bytes they are. What may be cut off by the end of p is left for the
// next time.
func (s *script) escape(p []byte) int {
	s.plain = s.plain[:0]
	n, wide := 0, false
	for n < len(p) && p[n] == '\\' && n < maxRun && (n == 0 || len(p)-n > len(`\u{10ffff}`)) {
		r, size := unescapeRune(p[n:])
		if r >= 0 {
			s.plain = utf8.AppendRune(s.plain, r)
			wide = wide || r >= utf8.RuneSelf
		}
		n += size
	}
	if wide {
		raw := s.plain
		s.fold.space = false
		s.plain = s.fold.fold(nil, raw)
	}
	s.emit(s.plain)
	return n
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
	default:
		if b >= utf8.RuneSelf {
			return -1, 1
		}
		return rune(b), 2
	}
}

func hexRune(p []byte) rune {
	n, err := strconv.ParseUint(string(p), 16, 32)
	if err != nil || n > utf8.MaxRune {
		return -1
	}
	return rune(n)
}
