package guard

import "bytes"

// valueAsBody reads a body that is a value and nothing else, perhaps in the quotes of JSON.
func (r *reader) valueAsBody(b []byte) {
	r.add(noName, b, text)
	if v := bytes.TrimSpace(b); len(v) > 2 && v[0] == '"' && v[len(v)-1] == '"' && bytes.IndexByte(v, '\\') > 0 {
		r.add(noName, jsonUnescape(v[1:len(v)-1]), text)
	}
}

// alone files a short body that is one value although it has the marks of a format:
// [hunter2] is no JSON, and a&b=c no form unless the page says so and has escaped it as
// forms are. whole is whether a decoder accounted for all of it.
func (r *reader) alone(p part, whole bool) {
	if !r.hints.Follows && !r.hints.Suspicious {
		return
	}
	v := bytes.TrimFunc(p.body, unseen)
	if len(v) < minPassword || len(v) > maxPassword || bytes.IndexByte(v, '\n') >= 0 {
		return
	}
	formed := looksForm(v)
	switch {
	case formed && isMedia("x-www-form-urlencoded")(p.media):
		if !bytes.ContainsAny(v, "\"<>\\^`{|} ") && (bytes.IndexByte(v, '=') < len(v)-1 || bytes.IndexByte(v, '%') >= 0) {
			return
		}
		_, rest, _ := bytes.Cut(v, []byte{'='})
		r.unnamed(noName, rest)
	case formed:
		if !human(v) {
			return
		}
	case whole:
		return
	}
	r.unnamed(noName, v)
}
