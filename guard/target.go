package guard

import (
	"bytes"
	"encoding/hex"
	"strings"

	"sekisho/guard/coding"
	"sekisho/guard/vocabulary"
)

// maxTarget is how much of a target is read. Browsers send longer ones, but a
// person's typing does not make them so.
const maxTarget = 64 << 10

// target reads the query, matrix parameters and path segments.
func (r *reader) target(h Head) {
	defer func(before Place) { r.place = before }(r.place)
	s := h.Target[:min(len(h.Target), maxTarget)]
	s, fragment, _ := strings.Cut(s, "#") // a proxy may see what a script put there
	path, query, _ := strings.Cut(s, "?")
	before := r.loud
	if loads(h.Method) {
		r.place = InHead
	}
	r.query(query)
	r.query(fragment)
	if r.loud > before {
		r.sign("query")
	}
	before = r.loud
	r.place = InPath
	r.path(path)
	if r.hints.Follows && !(r.hints.Sparing && loads(h.Method)) || r.hints.Suspicious {
		r.segments(path)
	}
	if r.hints.AfterCopy {
		r.latePath(path)
	}
	if r.loud > before {
		r.sign("path")
	}
}

// loads reports whether requests by this method are those that pages load things by.
func loads(method string) bool { return method == "GET" || method == "HEAD" }

// query reads what follows the question mark.
func (r *reader) query(s string) {
	if s == "" {
		return
	}
	b := []byte(s)
	if bytes.IndexByte(b, '=') < 0 {
		v := unescape(b, true)
		r.nested(anyLabel, v)
		if r.everything() && !looksOpaque(v) {
			r.unnamed(noName, v)
			r.chained(anyLabel, v)
		}
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
		if vocabulary.Lookup(before).Class == vocabulary.Other {
			name = nil
		}
		if name == nil && email(v) {
			name = []byte("email")
		}
		if name == nil {
			name = anyLabel
		}
		if vocabulary.Lookup(v).Class == vocabulary.Other {
			r.add(name, v, text)
		}
		if s := withoutExtension(v); len(s) < len(v) {
			r.unnamed(anyLabel, s)
		}
		if s := withoutEnding(v); len(s) < len(v) {
			r.nested(anyLabel, s)
		}
		before = v
	}
}

// minHidden is the shortest path segment that could hide an ID or a password
// with its name: "password=123456" in base64.
const minHidden = 20

// pathCarries reports whether a path holds an address, or base64 or hex of a
// form, of JSON or of an address. It does not allocate.
func pathCarries(s string) bool {
	if strings.IndexByte(s, '@') >= 0 || strings.Contains(s, "%40") || strings.Contains(s, "/eyJ") {
		return true
	}
	for len(s) >= minHidden {
		var segment string
		segment, s, _ = strings.Cut(s, "/")
		segment = withoutEnding(segment)
		if len(segment) >= minHidden && hides(segment) {
			return true
		}
	}
	return false
}

// withoutEnding cuts a segment at what base64 does not have: an ending such as .gif, an
// escaped = or +.
func withoutEnding[T string | []byte](segment T) T {
	for i := range len(segment) {
		if segment[i] == '.' || segment[i] == '%' {
			return segment[:i]
		}
	}
	return segment
}

// hides reports whether a path segment is base64 or hex of text that has a mark
// between a name and a value near its start. Names of files and articles, and
// digests, come out as noise.
func hides(segment string) bool {
	var buf [64]byte
	b := buf[:copy(buf[:], segment)]
	var room [64]byte
	out := room[:0]
	if isHex(b) {
		n, _ := hex.Decode(room[:], b[:len(b)&^1])
		out = room[:n]
	} else {
		out = decode64(out, b)
	}
	return typed(out) && (coding.Sniff(out) != "" || bytes.IndexAny(out, "=:@|") > 0)
}

// segments takes the last parts of a path for candidates that have a letter and a
// digit, and no ending.
func (r *reader) segments(path string) {
	parts := strings.Split(path, "/")
	for _, segment := range parts[max(0, len(parts)-4):] {
		v := withoutExtension(unescape([]byte(segment), false))
		if looksOpaque(v) {
			r.nested(anyLabel, v)
		}
		if len(v) < len(segment) && (built(v) || named(v)) {
			continue
		}
		letters, digits := false, false
		for _, c := range v {
			letters = letters || !isDigit(c) && alphanumeric(c)
			digits = digits || isDigit(c)
		}
		if letters && digits {
			r.candidate(v)
		}
	}
}

// built reports whether v is the name of a file as programs make it: random, or with
// a digest at its end.
func built(v []byte) bool {
	end := v[bytes.LastIndexAny(v, "-_.")+1:]
	return random(v) || len(end) >= 8 && len(end) < len(v) && isHex(end) && digits(end) > 0
}

// named reports whether v is what people and shops call files: IMG_0412, blue-shirt-2.
// Pages have them by the dozen, and a comparison takes longer than a picture.
func named(v []byte) bool {
	lower := bytes.ContainsFunc(v, func(c rune) bool { return 'a' <= c && c <= 'z' })
	capital := bytes.ContainsFunc(v, func(c rune) bool { return 'A' <= c && c <= 'Z' })
	return !(lower && capital) && !odd(v)
}

// lowerPath returns the path of a target in lower case, at most 256 bytes.
func lowerPath(target string) string {
	target, _, _ = strings.Cut(target, "?")
	return strings.ToLower(target[:min(len(target), 256)])
}

func has(path string, parts ...string) bool {
	for _, p := range parts {
		if strings.Contains(path, p) {
			return true
		}
	}
	return false
}
