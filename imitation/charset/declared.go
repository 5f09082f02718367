// Package charset turns the characters of what a site sends into UTF-8, as it comes.
//
// It takes what browsers take: a byte order mark, Content-Type, an XML declaration, a
// meta element, in that order, in every encoding of the Encoding Standard. Where nobody
// says, or is to be relied on, it tells by the bytes. It gives up on nothing: what it
// cannot read it passes on as it is.
package charset

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
)

// Prescan is how many bytes decide on the character encoding, as in the HTML
// Standard, section 13.2.3.2.
const Prescan = 1024

// maxLabel is how long the name of an encoding may be in a style sheet.
const maxLabel = 160

// declared returns the encoding that head and contentType name, nil for UTF-8,
// and whether they name one at all. The order is that of browsers: byte order
// mark, Content-Type, meta.
func declared(head []byte, contentType string) (e encoding.Encoding, known bool) {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return nil, true
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("<\x00")):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), true
	case bytes.HasPrefix(head, []byte("\xfe\xff")), bytes.HasPrefix(head, []byte("\x00<")):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), true
	}
	if e, ok := Lookup(Parameter(contentType, "charset=")); ok {
		return e, true
	}
	if bytes.HasPrefix(head, []byte("<?xml")) {
		line, _, _ := bytes.Cut(head, []byte(">"))
		if e, ok := Lookup(Parameter(string(line), "encoding=")); ok {
			return e, true
		}
	}
	return metaEncoding(head)
}

// metaEncoding is what a meta element or a style sheet's first rule names.
//
// Where nothing is named, DetermineEncoding says UTF-8 if there is a character
// of it and windows-1252 if not; what it says both times, it found.
func metaEncoding(head []byte) (e encoding.Encoding, known bool) {
	if rule, ok := bytes.CutPrefix(head, []byte(`@charset "`)); ok {
		label, _, _ := bytes.Cut(rule[:min(len(rule), maxLabel)], []byte(`"`))
		return Lookup(string(label))
	}
	if !mentions(head, "<meta") {
		return nil, false
	}
	const some = "\u00e9 " // of a character at the end it would not be sure
	p := make([]byte, 0, Prescan)
	for _, b := range head[:min(len(head), Prescan-len(some))] {
		if b >= utf8.RuneSelf {
			b = '?'
		}
		p = append(p, b)
	}
	e, without, _ := charset.DetermineEncoding(p, "")
	_, with, _ := charset.DetermineEncoding(append(p, some...), "")
	switch {
	case with != without:
		return nil, false
	case with == "utf-8":
		return nil, true
	}
	return e, true
}

// mentions reports whether p has tag in it, in any case.
func mentions(p []byte, tag string) bool {
	for at := 0; ; at++ {
		i := bytes.IndexByte(p[at:], tag[0])
		if i < 0 {
			return false
		}
		if at += i; len(p)-at > len(tag) && bytes.EqualFold(p[at:at+len(tag)], []byte(tag)) {
			return true
		}
	}
}

// Lookup returns the encoding that a label names (Encoding Standard, section 4.2), nil
// for UTF-8, and whether it names one.
func Lookup(label string) (encoding.Encoding, bool) {
	if label == "" {
		return nil, false
	}
	e, name := charset.Lookup(label)
	if name == "utf-8" {
		return nil, true
	}
	return e, e != nil
}

// Parameter finds a parameter the way browsers do, wherever it stands and
// with or without quotes.
func Parameter(s, name string) string {
	i := strings.Index(strings.ToLower(s), name)
	if i < 0 {
		return ""
	}
	s = strings.TrimSpace(s[i+len(name):])
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		s, _, _ = strings.Cut(s[1:], s[:1])
		return s
	}
	if end := strings.IndexAny(s, "; \t,?"); end >= 0 {
		s = s[:end]
	}
	return s
}
