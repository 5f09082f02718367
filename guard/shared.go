package guard

import (
	"slices"
	"strings"

	"sekisho/guard/vocabulary"
)

// Shops have the form to sign in and the one for a new account side by side, often with one
// name for both passwords. The page's word for that name tells nothing then: what was sent
// must say itself that it is a registration, and as the site is known to have one, a word is
// enough.

// shared reports whether passwords stand under a name that the site has in a form to sign in
// with and in one for a new password, where the page's word tells nothing.
func (r *reader) shared(pw []value) bool {
	return slices.ContainsFunc(pw, func(p value) bool { return p.page && p.word == sharedPassword })
}

// ofTheOther reports whether something in the request is what a form for a new account has.
func (r *reader) ofTheOther(path string) bool {
	var address, name bool
	for _, v := range r.ids {
		if v.class != vocabulary.IDWeak { // as the button of a log-in is called
			address, name = address || email(v.v), name || !email(v.v)
		}
	}
	return r.cues[vocabulary.RegisterCue] > 0 || r.joins || address && (name || r.whose) ||
		has(path, "regist", "create") && !has(path, "login", "signin", "session")
}

// noteJoining notes a field that tells a program or a person what the form is for
// (action=register, commit=Sign up): where two forms share their names, and often their
// address, it is what tells them apart.
func (r *reader) noteJoining(name, v []byte) {
	if r.joins || len(r.hints.Purposes) == 0 || len(v) < 4 || len(v) > 40 {
		return
	}
	var room [12]byte
	if n := vocabulary.Leaf(name); len(n) <= len(room) && formKinds[string(vocabulary.Normalise(room[:0], n))] {
		r.joins = has(strings.ToLower(string(v)), "regist", "signup", "sign-up", "sign_up", "sign up", "create", "join", "touroku", "toroku", "登録")
	}
}

// formKinds are names of fields whose value says which form it is, and of the button that
// sends it, as names are compared.
var formKinds = func() map[string]bool {
	m := map[string]bool{}
	for name := range strings.FieldsSeq("action mode type form formid formtype formname task todo op cmd command do step func method event submit commit button btn") {
		m[name] = true
	}
	return m
}()
