package guard

import (
	"bytes"
	"slices"
)

// maxTurned is the longest text that is read from its end.
const maxTurned = 1 << 10

// backwards returns v from its end to its beginning, letter by letter.
func backwards(v []byte) []byte {
	runes := []rune(string(v))
	slices.Reverse(runes)
	return []byte(string(runes))
}

// reversedID looks for a protected ID that was written from its end, alone or with
// its password if v is text.
func (r *reader) reversedID(v []byte, text bool) {
	if len(v) > maxTurned || r.depth >= maxNested {
		return
	}
	back := backwards(v)
	if r.gluedID(back) {
		r.turned = true
		return
	}
	if !text {
		return
	}
	before := len(r.knownIDs)
	r.within(func() { r.around(back) })
	r.turned = r.turned || len(r.knownIDs) > before
}

// reversedOpaque reads a body that is base64 written from its end.
func (r *reader) reversedOpaque(b []byte) {
	if len(b) < minHidden || len(b) > maxTurned || looksOpaque(b) || bytes.ContainsFunc(b, func(c rune) bool { return c >= 0x80 || sextets[c] < 0 && c != '=' }) {
		return
	}
	if back := backwards(b); looksOpaque(back) {
		readOpaque(r, part{body: back})
	}
}

// turnedRound returns the candidates of list from their ends: the two nearest to
// an ID, or all when the ID came so.
func (r *reader) turnedRound(list []value) (out []value) {
	most := 2
	if r.turned {
		most = maxPasswords
	}
	for _, v := range list[:min(len(list), most)] {
		if !r.turned && bytes.IndexByte(v.v, ' ') >= 0 {
			continue // a text
		}
		back := backwards(v.v)
		out = append(out, value{v: back, at: v.at, place: v.place})
		if inner := decode64(nil, back); len(inner) >= minPassword && textual(inner) {
			out = append(out, value{v: inner, at: v.at, place: v.place})
		}
	}
	return out
}
