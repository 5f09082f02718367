package guard

import (
	"bytes"
	"html"

	"sekisho/guard/vocabulary"
)

// looksForm reports whether b begins like name=value.
func looksForm(b []byte) bool {
	for i, c := range b[:min(len(b), vocabulary.MaxName)] {
		switch {
		case c == '=':
			return i > 0
		case c <= ' ', c == '"', c == '<', c == '{' && i == 0, c == '(' && i == 0:
			return false
		}
	}
	return false
}

func readFormPart(r *reader, p part) bool {
	labelled := p.media != "" && p.media != "text/plain"
	before := r.loud
	r.form(bytes.TrimRight(p.body, "\x00"), labelled) // as frames end
	c := p.body[0]
	return c != '{' && c != '[' && c != '<' && c != '-' && (labelled || r.loud > before) && bytes.IndexByte(p.body, '"') < 0
}

// form reads application/x-www-form-urlencoded (URL Standard, section 5.1) and
// the text/plain of HTML forms, which parts pairs by lines. Names are decoded
// as often as they change, values once: what is escaped twice is tried again by
// nested.
func (r *reader) form(b []byte, labelled bool) {
	for len(b) > 0 {
		var pair []byte
		if i := bytes.IndexAny(b, "&\n"); i >= 0 {
			pair, b = b[:i], b[i+1:]
		} else {
			pair, b = b, nil
		}
		pair = bytes.TrimSuffix(pair, []byte("\r"))
		name, v, ok := bytes.Cut(pair, []byte{'='})
		if !ok || len(name) > 4*vocabulary.MaxName || !labelled && bytes.IndexByte(name, ' ') >= 0 {
			if !ok {
				r.valueAlone(pair)
			}
			continue
		}
		if string(name) == "query" {
			r.bind(unescape(v, true))
		}
		r.add(formName(name), unescape(v, true), text)
		if i := bytes.IndexByte(v, ';'); i > 0 && bytes.IndexByte(v[i:], '=') > 0 {
			r.matrix(v[i+1:])
			r.add(formName(name), unescape(v[:i], true), text)
		}
	}
}

// valueAlone takes what stands in a form without a name: taro@example.jp&hunter2.
func (r *reader) valueAlone(pair []byte) {
	v := unescape(pair, true)
	if len(v) >= 12 {
		r.nested(nil, v)
	}
	r.unnamed(noName, v)
}

// matrix reads pairs parted by semicolons, which some servers take for &.
func (r *reader) matrix(b []byte) {
	for pair := range bytes.SplitSeq(b, []byte{';'}) {
		if name, v, ok := bytes.Cut(pair, []byte{'='}); ok && len(name) <= 4*vocabulary.MaxName {
			r.add(formName(name), unescape(v, true), text)
		}
	}
}

// formName decodes a name: %2570assword, amp;password (from "&amp;" in a
// script), #112;assword (from "&#112;").
func formName(name []byte) []byte {
	for range 3 {
		again := unescape(name, true)
		if bytes.Equal(again, name) {
			break
		}
		name = again
	}
	name = bytes.TrimPrefix(name, []byte("amp;"))
	if len(name) > 0 && name[0] == '#' {
		name = []byte(html.UnescapeString("&" + string(name[:min(len(name), vocabulary.MaxName)])))
	}
	return bytes.TrimSpace(name)
}

// unescape decodes %XX, and + as a space if plus is set. Broken escapes stay as
// they are. Without any it returns b itself.
func unescape(b []byte, plus bool) []byte {
	i := 0
	for i < len(b) && b[i] != '%' && (!plus || b[i] != '+') {
		i++
	}
	if i == len(b) {
		return b
	}
	out := append(make([]byte, 0, len(b)), b[:i]...)
	for ; i < len(b); i++ {
		switch c := b[i]; {
		case c == '+' && plus:
			out = append(out, ' ')
		case c == '%' && i+2 < len(b) && unhex(b[i+1]) >= 0 && unhex(b[i+2]) >= 0:
			out = append(out, byte(unhex(b[i+1])<<4|unhex(b[i+2])))
			i += 2
		default:
			out = append(out, c)
		}
	}
	return out
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
