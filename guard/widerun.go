package guard

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// minWide is the shortest run that has an address, or a name and how its value begins.
const minWide = 6

// pairs reports whether v has what addresses, JSON or forms have. What is random seldom
// has it in so short a run, so that it costs no more than that.
func pairs(v []byte) bool {
	return bytes.IndexByte(v, '@') >= 0 || bytes.IndexByte(v, '"') >= 0 || bytes.IndexByte(v, '=') >= 0
}

// widened looks at the run that an ASCII one from start to end is a part of, if letters of
// UTF-8 adjoin it: what people write in their own script, between the bytes of a frame.
func (s *stringsReader) widened(start, end int) {
	if start < s.wide {
		return
	}
	b := s.body
	for end < len(b) {
		if c, size := utf8.DecodeRune(b[end:]); runs[b[end]] || size > 1 && unicode.IsGraphic(c) {
			end += size
			continue
		}
		break
	}
	for start > s.wide {
		if c, size := utf8.DecodeLastRune(b[s.wide:start]); runs[b[start-1]] || size > 1 && unicode.IsGraphic(c) {
			start -= size
			continue
		}
		break
	}
	s.wide = end
	v := b[start:end]
	if utf8.RuneCount(v) == len(v) {
		return
	}
	s.r.nested(nil, v)
	if s.after > 0 {
		s.near(v)
	}
	if len(v) > maxValue && s.r.everything() {
		s.r.around(v)
	}
}

// lettersAfter takes what stands within nearSpan behind a protected address at at, in other
// letters than ASCII, between bytes that no text has.
func (s *stringsReader) lettersAfter(at int) {
	rest := s.body[at:min(len(s.body), at+nearSpan)]
	n := 0
	for v := range bytes.FieldsFuncSeq(rest, func(c rune) bool { return c < ' ' || c == utf8.RuneError }) {
		if n++; n > nearRuns {
			return
		}
		if utf8.RuneCount(v) < len(v) {
			s.near(v)
		}
	}
}

// near takes a run near a protected address. A length may have come with it.
func (s *stringsReader) near(v []byte) {
	s.r.at++
	s.r.unnamed(nil, v)
	if len(v) > minPassword && v[0] < utf8.RuneSelf {
		s.r.unnamed(nil, v[1:])
	}
}
