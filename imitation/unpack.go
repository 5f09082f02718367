package imitation

import (
	"bytes"
	"encoding/base64"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"

	"sekisho/imitation/charset"
)

// reversed returns the characters of p from the last to the first.
func reversed(p []byte) []byte {
	out := make([]byte, 0, len(p))
	for len(p) > 0 {
		_, n := utf8.DecodeLastRune(p)
		out = append(out, p[len(p)-n:]...)
		p = p[:len(p)-n]
	}
	return out
}

// fromCodes reads numbers with commas between them.
func fromCodes(p []byte) (out []byte) {
	for word := range bytes.SplitSeq(p, []byte(",")) {
		n, err := strconv.ParseUint(string(bytes.TrimSpace(word)), 0, 21)
		if err != nil {
			return out
		}
		out = utf8.AppendRune(out, rune(n))
	}
	return out
}

// numbers reads numbers, whatever is between them, decimal or with 0x.
func numbers(p []byte) []rune {
	var out []rune
	for i := 0; i < len(p); {
		if !digit(p[i]) {
			i++
			continue
		}
		negative, base, n := i > 0 && p[i-1] == '-', rune(10), rune(0)
		if p[i] == '0' && i+1 < len(p) && p[i+1]|0x20 == 'x' {
			i, base = i+2, 16
		}
		for ; i < len(p) && hex(p[i]) >= 0 && (base == 16 || digit(p[i])); i++ {
			n = min(n*base+rune(hex(p[i])), utf8.MaxRune+1)
		}
		if negative {
			n = -n & 0xff
		}
		if n > utf8.MaxRune {
			return nil
		}
		out = append(out, n)
	}
	return out
}

// fromHex decodes two digits a byte; nil when p is something else.
func fromHex(p []byte) []byte {
	if len(p)%2 != 0 {
		return nil
	}
	out := make([]byte, 0, len(p)/2)
	for i := 0; i < len(p); i += 2 {
		high, low := hex(p[i]), hex(p[i+1])
		if high < 0 || low < 0 {
			return nil
		}
		out = append(out, byte(high<<4|low))
	}
	return out
}

// swapped exchanges upper and lower case: the base64 of some packers has its
// alphabet so.
func swapped(p []byte) []byte {
	out := bytes.Clone(p)
	for i, b := range out {
		if letter(b) {
			out[i] = b ^ 0x20
		}
	}
	return out
}

// units are the bytes of p as numbers.
func units(p []byte) []rune {
	out := make([]rune, len(p))
	for i, b := range p {
		out[i] = rune(b)
	}
	return out
}

// unlocked undoes an exclusive or with a key that repeats. Numbers up to 255 are
// bytes of UTF-8 or, if they are not, characters as larger ones are.
func unlocked(v, key []rune) []byte {
	wide := false
	out := make([]rune, len(v))
	bytewise := make([]byte, 0, len(v))
	for i, n := range v {
		out[i] = n ^ key[i%len(key)]
		wide = wide || out[i] > 255
		bytewise = append(bytewise, byte(out[i]))
	}
	if !wide && utf8.Valid(bytewise[:charset.Uncut(bytewise)]) {
		return bytewise
	}
	return []byte(string(out))
}

// maxInflated is how much of a compressed string is read.
const maxInflated = 256 << 10

// inflated undoes gzip and zlib, and with raw deflate without a head; nil when p is
// none of them.
func inflated(p []byte, raw bool) []byte {
	var r io.Reader
	var err error
	switch {
	case bytes.HasPrefix(p, []byte{0x1f, 0x8b, 8}):
		r, err = gzip.NewReader(bytes.NewReader(p))
	case len(p) > 2 && p[0] == 0x78 && (uint(p[0])<<8|uint(p[1]))%31 == 0:
		r, err = zlib.NewReader(bytes.NewReader(p))
	case raw:
		r = flate.NewReader(bytes.NewReader(p))
	default:
		return nil
	}
	if err != nil {
		return nil
	}
	plain, _ := io.ReadAll(io.LimitReader(r, maxInflated)) // what comes before a mistake is worth reading
	if len(plain) == 0 {
		return nil
	}
	return plain
}

// fromBase64 decodes either alphabet, and what comes before a mistake.
func fromBase64(p []byte) []byte {
	clean := make([]byte, 0, len(p))
	for _, b := range p {
		switch {
		case b == '-':
			b = '+'
		case b == '_':
			b = '/'
		case blank(b) || b == '=':
			continue
		}
		clean = append(clean, b)
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, _ := base64.RawStdEncoding.Decode(out, clean)
	return out[:n]
}

// fromPercent undoes what escape and encodeURIComponent do. Bytes that are
// not UTF-8 are the Latin-1 of escape.
func fromPercent(p []byte) []byte {
	out := make([]byte, 0, len(p))
	for i := 0; i < len(p); i++ {
		if p[i] == '%' {
			if i+5 < len(p) && p[i+1]|0x20 == 'u' {
				if r := hexRune(p[i+2 : i+6]); r >= 0 {
					out = utf8.AppendRune(out, r)
					i += 5
					continue
				}
			}
			if i+2 < len(p) {
				if n, err := strconv.ParseUint(string(p[i+1:i+3]), 16, 8); err == nil {
					out = append(out, byte(n))
					i += 2
					continue
				}
			}
		}
		out = append(out, p[i])
	}
	if utf8.Valid(out) {
		return out
	}
	latin := make([]byte, 0, 2*len(out))
	for _, b := range out {
		latin = utf8.AppendRune(latin, rune(b))
	}
	return latin
}

// unpackDataURL returns what is in a data: URL, nil when it is not one of the
// kinds (RFC 2397).
func unpackDataURL(p []byte, kinds ...string) []byte {
	head, body, ok := bytes.Cut(p, []byte(","))
	if !ok || len(head) > 256 {
		return nil
	}
	kind := strings.ToLower(string(head))
	if !slices.ContainsFunc(kinds, func(k string) bool { return strings.Contains(kind, k) }) {
		return nil
	}
	if strings.HasSuffix(strings.TrimSpace(kind), "base64") {
		if plain, err := url.PathUnescape(string(body)); err == nil {
			body = []byte(plain)
		}
		return inUTF8(fromBase64(body), kind)
	}
	return inUTF8(fromPercentBytes(body), kind)
}

// fromPercentBytes decodes without a guess about the characters.
func fromPercentBytes(p []byte) []byte {
	if plain, err := url.PathUnescape(string(p)); err == nil {
		return []byte(plain)
	}
	return fromPercent(p)
}

// inUTF8 decodes the characters of a document that is there as a whole.
func inUTF8(p []byte, contentType string) []byte {
	r := charset.NewDecoder(p[:min(len(p), charset.Prescan)], contentType, true)
	var out []byte
	sink := func(p []byte) { out = append(out, p...) }
	r.Write(p, sink)
	r.Close(sink)
	return out
}
