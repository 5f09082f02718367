package guard

import "bytes"

// maxCuts is at how many places a value is tried for an ID and a password.
const maxCuts = 8

// paired looks for a protected ID and something else in one value, as in
// taro@example.jp|hunter2, whichever comes first. All of the rest is a
// candidate: a password may hold what parts the two, which splitting at every
// mark would lose.
func (r *reader) paired(name, v []byte) {
	if r.hints.Known == nil || len(v) < 2*minPassword || len(v) > maxID+2*maxPassword {
		return
	}
	if v = bytes.TrimFunc(v, unseen); len(v) < 2*minPassword || bytes.IndexByte(v, '@') < 0 && !numbered(v) {
		return
	}
	for i, cuts := 0, 0; i < len(v) && cuts < maxCuts; i++ {
		if !parts(v[i]) {
			continue
		}
		cuts++
		r.beside(name, v[:i], v[i+1:])
		r.beside(name, v[i+1:], v[:i])
	}
}

// beside notes rest as a candidate if id is a protected ID.
func (r *reader) beside(name, id, rest []byte) {
	id = bytes.TrimFunc(id, func(c rune) bool { return c < 0x80 && parts(byte(c)) })
	if !email(id) && !phone(id) || !r.isKnown(id) {
		return
	}
	r.keep(&r.knownIDs, value{v: id, at: r.at})
	for _, p := range [][]byte{rest, bytes.TrimFunc(rest, func(c rune) bool { return c < 0x80 && parts(byte(c)) })} {
		if plausible(p) && len(r.loose) < maxLoose {
			r.loose = append(r.loose, value{v: p, at: r.at, place: r.place, name: name})
			r.loud++
		}
	}
}

// numbered reports whether v begins or ends like a telephone number.
func numbered(v []byte) bool {
	first, last := v[0], v[len(v)-1]
	return first == '+' || first == '(' || '0' <= first && first <= '9' || '0' <= last && last <= '9'
}

// parts reports whether c is what people and programs put between two values.
func parts(c byte) bool {
	switch c {
	case '|', ':', ';', ',', '/', '\\', ' ', '\t', '\r', '\n', '&', '=', '#', '~', '"', '\'', '<', '>', 0x1f:
		return true
	}
	return false
}
