package charset

import (
	"bytes"
	"encoding/base64"
	"unicode/utf16"
	"unicode/utf8"
)

// looksUTF7 reports whether b has a run of UTF-7 that stands for ASCII: +A or
// its like, base64 and a hyphen. Only such runs hide anything here.
func looksUTF7(b []byte) bool {
	return bytes.Contains(b, []byte("+A")) && bytes.IndexByte(b, '-') > 0 && bytes.IndexByte(b, '=') < 0 ||
		bytes.Contains(b, []byte("+AG")) || bytes.Contains(b, []byte("+AD0-")) || bytes.Contains(b, []byte("+ACI-")) || bytes.Contains(b, []byte("+AHs-"))
}

// utf7 decodes RFC 2152. What is malformed is left as it is.
func utf7(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		plus := bytes.IndexByte(b, '+')
		if plus < 0 {
			return append(out, b...)
		}
		out, b = append(out, b[:plus]...), b[plus+1:]
		end := 0
		for end < len(b) && base64Letter(b[end]) {
			end++
		}
		run := b[:end]
		b = b[end:]
		if len(b) > 0 && b[0] == '-' {
			b = b[1:]
		}
		switch decoded, ok := utf7Run(run); {
		case end == 0:
			out = append(out, '+')
		case ok:
			out = append(out, decoded...)
		default:
			out = append(append(out, '+'), run...)
		}
	}
	return out
}

func base64Letter(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '+' || c == '/'
}

func utf7Run(run []byte) (out []byte, ok bool) {
	raw := make([]byte, base64.RawStdEncoding.DecodedLen(len(run)))
	n, err := base64.RawStdEncoding.Decode(raw, run)
	if err != nil || n < 2 {
		return nil, false
	}
	units := make([]uint16, 0, n/2)
	for i := 0; i+1 < n; i += 2 {
		units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
	}
	for _, c := range utf16.Decode(units) {
		out = utf8.AppendRune(out, c)
	}
	return out, true
}
