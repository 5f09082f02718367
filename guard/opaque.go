package guard

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"unicode/utf8"
)

// minOpaque is the shortest text taken for base64 or hex: any word of letters
// is base64 of something.
const minOpaque = 8

// looksOpaque reports whether b is base64, base64url or hex of something that a
// person could have typed, or of a compressed body. It looks at the first
// bytes only.
func looksOpaque(b []byte) bool {
	b = bytes.TrimSpace(afterDataURL(b))
	if len(b) < minOpaque {
		return false
	}
	var buf [48]byte
	head := b[:min(len(b), 32)]
	if isHex(head) && len(b)%2 == 0 && len(b) >= 12 {
		n, err := hex.Decode(buf[:], head[:len(head)&^1])
		return err == nil && typed(buf[:n])
	}
	n := decode64(buf[:], head)
	return n >= 6 && typed(buf[:n])
}

// typed reports whether b begins like text or like compressed text.
func typed(b []byte) bool {
	whole := b
	for n := 0; n < utf8.UTFMax-1 && len(b) > 0 && !utf8.Valid(b); n++ {
		b = b[:len(b)-1] // a rune cut in two
	}
	return len(b) > 0 && printable(b) && utf8.Valid(b) || compressed(whole) != ""
}

func isHex(b []byte) bool {
	for _, c := range b {
		if unhex(c) < 0 {
			return false
		}
	}
	return true
}

// decode64 decodes either alphabet, with or without padding, with line breaks,
// and returns 0 for anything else.
func decode64(dst, b []byte) int {
	clean := make([]byte, 0, len(b))
	for _, c := range b {
		switch {
		case c == '-':
			c = '+'
		case c == '_':
			c = '/'
		case c == '\r' || c == '\n' || c == '=':
			continue
		case c >= 0x80 || !alphanumeric(c) && c != '+' && c != '/':
			return 0
		}
		clean = append(clean, c)
	}
	clean = clean[:len(clean)&^3+missing(len(clean))]
	n, err := base64.RawStdEncoding.Decode(dst, clean)
	if err != nil && n == 0 {
		return 0
	}
	return n
}

// missing is how many letters of a last, incomplete group can be decoded.
func missing(n int) int {
	if n%4 == 1 {
		return 0
	}
	return n % 4
}

// afterDataURL strips "data:…;base64,".
func afterDataURL(b []byte) []byte {
	if bytes.HasPrefix(b, []byte("data:")) {
		if _, rest, ok := bytes.Cut(b[:min(len(b), 128)], []byte("base64,")); ok {
			return b[len(b[:min(len(b), 128)])-len(rest):]
		}
	}
	return b
}

// readOpaque decodes one level and reads what comes out. Plain text takes the
// name of the field that it was the value of.
func readOpaque(r *reader, p part) bool {
	b := bytes.TrimSpace(afterDataURL(p.body))
	if len(b) > MaxBody {
		b = b[:MaxBody]
	}
	out := make([]byte, len(b))
	var n int
	if isHex(b) && len(b)%2 == 0 {
		n, _ = hex.Decode(out, b)
	} else {
		n = decode64(out, b)
	}
	out = out[:n]
	if n == 0 || r.depth >= maxNested {
		return false
	}
	if coding := compressed(out); coding != "" {
		out, _ = inflate(coding, out, nil)
	}
	before := r.loud
	r.within(func() {
		if r.depth > 0 && len(out) <= maxValue && len(p.label) > 0 {
			r.add(p.label, out, text)
		}
		r.decode(part{body: out, label: p.label})
	})
	return r.loud > before
}
