package guard

import (
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"

	"sekisho/guard/charset"
	"sekisho/guard/vocabulary"
)

// purpose asks the page first and the vocabulary second.
func (r *reader) purpose(name []byte) (w vocabulary.Word, page bool) {
	if len(r.hints.Purposes) > 0 && len(name) > 0 && !(r.hints.Elsewhere && r.place != InBody) {
		said, ok := r.hints.Purposes[string(name)]
		if leaf := vocabulary.Leaf(name); !ok && len(leaf) < len(name) {
			name = leaf
			said, ok = r.hints.Purposes[string(leaf)]
		}
		if ok {
			switch c, named := purposes[said], vocabulary.Lookup(name).Class; {
			case r.hints.Elsewhere && c != vocabulary.Password && c != vocabulary.NewPassword:
			case c == vocabulary.Password && (named == vocabulary.OldPassword || named == vocabulary.KeptPassword):
			case c != vocabulary.Other:
				// Not the page's own name: a kit can have the ID for one that it asks
				// the password for, and what is found is written down.
				return vocabulary.Word{Class: c, Spelling: said}, true
			}
		}
	}
	if w, ok := r.boundTo(name); ok {
		return w, false
	}
	w = vocabulary.Lookup(name)
	if w.Class == vocabulary.Other && len(name) <= vocabulary.MaxName && !utf8.Valid(name) {
		for _, e := range []encoding.Encoding{japanese.ShiftJIS, japanese.EUCJP} {
			if w := vocabulary.Lookup(charset.Decode(e, name)); w.Class != vocabulary.Other {
				return w, false
			}
		}
	}
	return w, false
}

// purposes are the autocomplete tokens that matter.
var purposes = map[string]vocabulary.Class{
	"current-password": vocabulary.Password, "new-password": vocabulary.NewPassword, "username": vocabulary.ID, "email": vocabulary.Mail,
	"one-time-code": vocabulary.Code, sharedPassword: vocabulary.Password,
}

// sharedPassword is what a page says of a name that some of its forms have for the current
// password and others for a new one.
const sharedPassword = "password"
