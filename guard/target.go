package guard

import (
	"bytes"
	"strings"
)

// maxTarget is how much of a target is read. Browsers send longer ones, but a
// person's typing does not make them so.
const maxTarget = 64 << 10

// target reads the query, matrix parameters and path segments.
func (r *reader) target(s string) {
	s = s[:min(len(s), maxTarget)]
	s, fragment, _ := strings.Cut(s, "#") // a proxy may see what a script put there
	path, query, _ := strings.Cut(s, "?")
	before := r.loud
	r.query(query)
	r.query(fragment)
	if r.loud > before {
		r.sign("query")
	}
	before = r.loud
	r.path(path)
	if r.loud > before {
		r.sign("path")
	}
}

// query reads what follows the question mark.
func (r *reader) query(s string) {
	if s == "" {
		return
	}
	b := []byte(s)
	if bytes.IndexByte(b, '=') < 0 {
		r.nested(nil, unescape(b, true))
		return
	}
	r.form(b, true)
	if looksOpaque(b) {
		r.nested(nil, b)
	}
}

// path reads matrix parameters (RFC 3986, section 3.3) and, where a segment is
// an address, pairs of segments: /taro@example.jp/password/hunter2.
func (r *reader) path(s string) {
	if strings.IndexByte(s, ';') < 0 && !pathCarries(s) {
		return
	}
	var before []byte
	for segment := range strings.SplitSeq(s, "/") {
		segment, params, _ := strings.Cut(segment, ";")
		if params != "" {
			r.matrix([]byte(params))
		}
		v := unescape([]byte(segment), false)
		if len(v) == 0 {
			continue
		}
		if !pathCarries(s) {
			continue
		}
		name := before
		if words.lookup(before).class == other {
			name = nil
		}
		if name == nil && email(v) {
			name = []byte("email")
		}
		if words.lookup(v).class == other {
			r.add(name, v, text)
		}
		before = v
	}
}

// pathCarries reports whether a path holds an address, or base64 of JSON.
func pathCarries(s string) bool {
	return strings.IndexByte(s, '@') >= 0 || strings.Contains(s, "%40") || strings.Contains(s, "/eyJ")
}
