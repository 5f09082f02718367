package guard

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"sekisho/guard/vocabulary"
)

// maxNarrow is the longest value whose width is looked at.
const maxNarrow = 512

// entangled looks for a protected ID in a value that is no address by itself.
func (r *reader) entangled(v []byte) {
	if r.hints.Known == nil || len(v) < 2*minPassword {
		return
	}
	before := len(r.knownIDs)
	at := bytes.IndexByte(v, '@') >= 0
	plain := at && !email(v) && !looksJSON(v)
	switch {
	case plain:
		r.around(v)
	case !at && !phone(v) && !looksJSON(v):
		r.aroundNumbers(v)
	}
	if len(r.knownIDs) == before && (at || isDigit(v[0]) || isDigit(v[len(v)-1])) {
		r.glued(v)
	}
	if at && len(r.knownIDs) == before && r.depth == 0 {
		r.reversedID(v, plain)
	}
}

// apart looks for a protected ID whose two sides of the @ stand in fields side by
// side, either first. Lists of domains may have the @ in front.
func (r *reader) apart(v []byte) {
	if v = bytes.TrimPrefix(v, []byte{'@'}); r.hints.Known == nil || len(v) == 0 {
		return
	}
	before, dotted := r.last, r.lastDotted
	r.last, r.lastDotted = v, len(v) <= maxScrap && !isDigit(v[len(v)-1]) && domain(v)
	if len(before) == 0 || len(before) > maxScrap || len(v) > maxScrap {
		return
	}
	if r.lastDotted && r.gluedID(slices.Concat(before, []byte{'@'}, v)) {
		return
	}
	if dotted {
		r.gluedID(slices.Concat(v, []byte{'@'}, before))
	}
}

// respaced reads a value again with the letters of other widths and styles made
// plain. In a field for a password it is another candidate, not another password.
func (r *reader) respaced(name []byte, w vocabulary.Word, v []byte) {
	if !r.everything() || r.depth >= maxNested {
		return
	}
	again := narrow(v)
	switch {
	case again == nil:
	case w.Class.IsPassword():
		r.candidate(again)
	default:
		r.within(func() { r.add(name, again, text) })
	}
}

// narrow returns v with letters of other widths and styles as the plain ones
// (NFKC, as accounts compares IDs) and without what nobody sees; nil if it has none.
func narrow(v []byte) []byte {
	if len(v) > maxNarrow || len(v) < 2*minPassword || ascii(v) {
		return nil
	}
	out := norm.NFKC.Bytes(v)
	out = bytes.Map(func(c rune) rune {
		if 0xe0020 < c && c < 0xe007f { // tags, which are ASCII that nobody sees
			return c - 0xe0000
		}
		if c >= 0x80 && unseen(c) {
			return -1
		}
		return c
	}, out)
	return unlike(out, v)
}

func ascii(v []byte) bool {
	for _, c := range v {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
