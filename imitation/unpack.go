package imitation

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
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
	r := newRecoder(p[:min(len(p), prescan)], contentType, true)
	var out []byte
	sink := func(p []byte) { out = append(out, p...) }
	r.write(p, sink)
	r.close(sink)
	return out
}
