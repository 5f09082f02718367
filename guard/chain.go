package guard

import "bytes"

// maxLinks is how many pieces a chain has at most: a header, an ID, a password, a signature.
const maxLinks = 4

// anyLabel is the name of a value that has none, where a decoder wants one.
var anyLabel = []byte("x")

// chained reads a value of two to four pieces of base64 or hex with points or commas
// between them, as a JSON Web Token is (RFC 7515, section 3.1), if one of them has an
// address in it.
func (r *reader) chained(name, v []byte) {
	if r.hints.Known == nil || len(v) < minHidden || len(v) > 4*maxValue || r.depth >= maxNested {
		return
	}
	mark := byte('.')
	if bytes.IndexByte(v, mark) < 0 {
		mark = ','
	}
	if n := bytes.Count(v, []byte{mark}); n == 0 || n >= maxLinks {
		return
	}
	for _, c := range v { // text has other letters, most of it soon
		if sextets[c] < 0 && c != '=' && c != mark {
			return
		}
	}
	links := bytes.Split(v, []byte{mark})
	addressed := false
	for _, link := range links {
		addressed = addressed || holdsAddress(link)
	}
	if !addressed {
		return
	}
	if len(name) == 0 {
		name = anyLabel
	}
	for _, link := range links {
		if looksOpaque(link) {
			r.nested(name, link)
		}
	}
}

// holdsAddress reports whether b is base64 or hex of text with the mark of an
// address near its start. It does not allocate.
func holdsAddress(b []byte) bool {
	var buf [192]byte
	b = b[:min(len(b), 256)]
	out := unhexed(buf[:0], b)
	if out == nil {
		out = decode64(buf[:0], b)
	}
	return bytes.IndexByte(out, '@') > 0 && textual(out)
}

// unhexed appends what b says in hex to dst; nil if it is none.
func unhexed(dst, b []byte) []byte {
	if len(b) < 2 || !isHex(b) {
		return nil
	}
	for i := 0; i+1 < len(b) && len(dst) < cap(dst); i += 2 {
		dst = append(dst, byte(unhex(b[i])<<4|unhex(b[i+1])))
	}
	return dst
}

// withoutExtension cuts what looks like the ending of a file's name off v.
func withoutExtension(v []byte) []byte {
	if i := bytes.LastIndexByte(v, '.'); i > 0 && len(v)-i <= 5 {
		return v[:i]
	}
	return v
}
