package guard

import (
	"bytes"
	"strconv"
)

// maxLetters is the longest text that is read from numbers.
const maxLetters = 4 << 10

// letters takes text that came letter by letter or as the numbers of its bytes, as
// scripts have it that turn strings into arrays: ["p","w",…], [112,119,…].
func (r *reader) letters(name, codes []byte) {
	if !printable(codes) || !r.spend(len(codes)) {
		return
	}
	r.within(func() { r.add(name, codes, text) })
}

// appendCode appends the byte that v is the number of, if it is one of text.
func appendCode(codes, v []byte) []byte {
	n := 0
	for _, c := range v {
		if c < '0' || c > '9' {
			return codes
		}
		n = 10*n + int(c-'0')
	}
	if n < '\t' || n > 0xff {
		return codes
	}
	return append(codes, byte(n))
}

// respelled returns v as the text that it spells with the escapes of JavaScript
// (\u0070, and %u0070 as escape has it) or with the numbers of its letters
// parted by commas; nil if it has neither.
func respelled(v []byte) []byte {
	switch {
	case len(v) >= 2*minPassword-1 && v[1] == v[3] && v[3] == v[5] && !alphanumeric(v[1]):
		return spaced(v)
	case v[0] == '=' && v[3] == '=':
		return bytewise(v, "=", 2, 16)
	case v[0] == '\\' && v[4] == '\\' && isDigit(v[1]):
		return bytewise(v, "\\", 3, 8)
	case (v[0] == '0' || v[0] == '1') && len(v) >= 9*minPassword-1 && v[8] == ' ':
		return bytewise(append([]byte{' '}, v...), " ", 8, 2)
	case len(v) >= 3*minPassword-1 && v[2] == v[5] && !alphanumeric(v[2]) && v[2] != ',' && unhex(v[0]) >= 0:
		return hexPairs(v)
	case bytes.IndexByte(v, 'u') < 0 && (v[0] < '0' || v[0] > '9'):
		return nil
	case bytes.Contains(v, []byte(`\u`)):
		return unlike(jsonUnescape(v), v)
	case bytes.Contains(v, []byte("%u")):
		return unlike(jsonUnescape(bytes.ReplaceAll(v, []byte("%u"), []byte(`\u`))), v)
	case '0' <= v[0] && v[0] <= '9' && bytes.IndexByte(v[:min(4, len(v))], ',') > 0 && len(v) <= 4*maxLetters:
		return numbered8(v)
	}
	return nil
}

// unlike returns a, or nil if it is b.
func unlike(a, b []byte) []byte {
	if bytes.Equal(a, b) {
		return nil
	}
	return a
}

// numbered8 reads the numbers of bytes of text, parted by commas.
func numbered8(v []byte) (out []byte) {
	for field := range bytes.SplitSeq(v, []byte{','}) {
		n, err := strconv.ParseUint(string(bytes.TrimSpace(field)), 10, 8)
		if err != nil {
			return nil
		}
		out = append(out, byte(n))
	}
	if len(out) < minPassword || !printable(out) {
		return nil
	}
	return out
}

// spaced reads letters that are parted by one mark each: p-w-d-1.
func spaced(v []byte) []byte {
	out := make([]byte, 0, len(v)/2+1)
	for i, c := range v {
		switch {
		case i%2 == 0:
			out = append(out, c)
		case c != v[1]:
			return nil
		}
	}
	if len(v)%2 == 0 {
		return nil
	}
	return out
}

// bytewise reads bytes of text of which each is written behind a mark, in n digits of a
// base: quoted-printable, octal escapes, bits.
func bytewise(v []byte, mark string, n, base int) (out []byte) {
	for i := 0; i < len(v); i += 1 + n {
		if v[i] != mark[0] || i+n >= len(v) {
			return nil
		}
		c, err := strconv.ParseUint(string(v[i+1:i+1+n]), base, 8)
		if err != nil {
			return nil
		}
		out = append(out, byte(c))
	}
	if len(out) < minPassword || !printable(out) {
		return nil
	}
	return out
}

// hexPairs reads bytes of text in hexadecimal that are parted by one mark each.
func hexPairs(v []byte) (out []byte) {
	for i := 0; i+1 < len(v); i += 3 {
		hi, lo := unhex(v[i]), unhex(v[i+1])
		if hi < 0 || lo < 0 || i+2 < len(v) && v[i+2] != v[2] {
			return nil
		}
		out = append(out, byte(hi<<4|lo))
	}
	if len(v)%3 != 2 || len(out) < minPassword || !printable(out) {
		return nil
	}
	return out
}
