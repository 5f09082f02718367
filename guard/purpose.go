package guard

import (
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
)

// purpose asks the page first and the vocabulary second.
func (r *reader) purpose(name []byte) (w word, page bool) {
	if len(r.hints.Purposes) > 0 && len(name) > 0 {
		said, ok := r.hints.Purposes[string(name)]
		if leaf := leafOf(name); !ok && len(leaf) < len(name) {
			name = leaf
			said, ok = r.hints.Purposes[string(leaf)]
		}
		if ok {
			switch c := purposes[said]; {
			case c == password && words.lookup(name).class == oldPassword:
			case c != other:
				return word{c, string(name)}, true
			}
		}
	}
	w = words.lookup(name)
	if w.class == other && len(name) <= maxName && !utf8.Valid(name) {
		for _, e := range []encoding.Encoding{japanese.ShiftJIS, japanese.EUCJP} {
			if w := words.lookup(convert(e, name)); w.class != other {
				return w, false
			}
		}
	}
	return w, false
}

// purposes are the autocomplete tokens that matter.
var purposes = map[string]class{
	"current-password": password, "new-password": newPassword, "username": id, "email": mail,
	"one-time-code": code, "password": password,
}
