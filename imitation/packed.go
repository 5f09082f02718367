package imitation

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxPackHead is how much after a quote tells what the string holds.
const maxPackHead = 12

// pack collects a string of a script that holds a document.
type pack struct {
	quote byte // that ends it; 0 for none
	how   packing
	data  []byte
}

type packing uint8

const (
	plainMarkup packing = iota
	inBase64
	inPercent
	inDataURL
)

// take keeps p when a string is being collected.
func (k *pack) take(p []byte) {
	if k.quote != 0 {
		k.data = append(k.data, p[:min(len(p), maxPacked-len(k.data))]...)
	}
}

// quote looks at a quote that joins nothing: it ends a string or begins one.
// The quote itself is part of neither.
func (s *script) quote(p []byte) {
	k := &s.pack
	if k.quote == p[0] {
		k.data = bytes.TrimSuffix(k.data, p[:1])
		s.unpack()
		return
	}
	if k.quote != 0 || s.page == nil || s.page.nested {
		return
	}
	if how, ok := packed(bytes.TrimLeft(p[1:], " \t\r\n")); ok {
		k.quote, k.how, k.data = p[0], how, k.data[:0]
	}
}

// packed tells from the start of a string whether a document may be in it. In
// base64 "<" and a letter are "P" and one of "E" to "H".
func packed(p []byte) (packing, bool) {
	if len(p) < 4 {
		return 0, false
	}
	switch {
	case p[0] == '<' && (letter(p[1]) || p[1] == '!'), p[0] == '\\' && bytes.EqualFold(p[:4], []byte(`\x3c`)),
		len(p) >= 6 && bytes.EqualFold(p[:6], []byte(`\u003c`)):
		return plainMarkup, true
	case base64Markup[string(p[:3])], p[0] == 'P' && (p[1] >= 'E' && p[1] <= 'H'):
		return inBase64, true
	case bytes.EqualFold(p[:3], []byte("%3c")), bytes.EqualFold(p[:3], []byte("%u0")):
		return inPercent, true
	case bytes.EqualFold(p[:4], []byte("data")) && len(p) > 4 && p[4] == ':':
		return inDataURL, true
	}
	return 0, false
}

// base64Markup is how documents begin in base64 besides "<" and a letter: with
// "<!", a byte order mark or the end of a line.
var base64Markup = map[string]bool{"PCE": true, "PCF": true, "77u": true, "Cjw": true, "DQo": true, "Cgo": true, "CiA": true, "ICA": true}

// unpack judges the string that was collected.
func (s *script) unpack() {
	k := &s.pack
	if k.quote == 0 {
		return
	}
	k.quote = 0
	if len(k.data) < 16 {
		return
	}
	switch k.how {
	case plainMarkup:
		s.page.nest(k.data)
	case inBase64:
		s.page.nest(fromBase64(k.data))
	case inPercent:
		s.page.nest(fromPercent(k.data))
	case inDataURL:
		s.page.nest(unpackDataURL(k.data))
	}
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

// unpackDataURL returns the document in a data: URL, nil when it holds
// something else (RFC 2397).
func unpackDataURL(p []byte) []byte {
	head, body, ok := bytes.Cut(p, []byte(","))
	if !ok || len(head) > 256 {
		return nil
	}
	kind := strings.ToLower(string(head))
	if !strings.Contains(kind, "html") && !strings.Contains(kind, "xml") && !strings.Contains(kind, "svg") {
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
	r := newRecoder(p[:min(len(p), prescan)], contentType)
	var out []byte
	sink := func(p []byte) { out = append(out, p...) }
	r.write(p, sink)
	r.close(sink)
	return out
}
