package guard

import (
	"bytes"
	"strings"

	"sekisho/guard/vocabulary"
)

// shaped reports whether a request is what a form for signing in sends, and hardly more:
// somebody's ID and one value that looks thought up by a person, under a name that says
// nothing. It is asked where there is a field for a password, which a script may take from
// there and call anything. Newsletters, drafts and statistics have an
// address too; what comes with it there has a name that says what it is, or is no word that
// a person would think up.
func (r *reader) shaped(h Head) bool {
	if !r.hints.Drawn || loads(h.Method) || r.read > maxPair || r.otherwise(lowerPath(h.Target)) {
		return false
	}
	id, ok := r.oneID()
	if !ok {
		return false
	}
	var near []value
	for _, list := range [][]value{r.loose, r.others} {
		for _, v := range list {
			if v.place == InBody && !bytes.Equal(v.v, id.v) && !phone(v.v) {
				near = append(near, v)
			}
		}
	}
	one := onlyOne(near)
	if one == nil || issued(one.v) || coded(one.v) || everyday(one.v) {
		return false
	}
	switch code := vocabulary.Lookup(one.name).Class.IsCode(); {
	case code && r.hints.Suspicious && logsIn(id):
		// Under Amazon's name a log-in may call its password a code. With an address it is
		// as often one that somebody was sent.
		return human(one.v)
	case (vocabulary.Data(one.name) || vocabulary.Telling(one.name)) && !twins(id.name, one.name):
		return false
	}
	return human(one.v) || thoughtUp(one.v)
}

// otherwise reports whether names or the path say that something else is sent than a
// sign-in.
func (r *reader) otherwise(path string) bool {
	return r.cues[vocabulary.NotSignIn]+r.cues[vocabulary.RegisterCue]+r.cues[vocabulary.Card]+r.cues[vocabulary.Place] > 0 ||
		searches(path) || has(path, "newsletter", "subscribe", "contact")
}

// oneID returns the only ID of a request: what its name says to be one, an address, or a
// telephone number with what is dialled first.
func (r *reader) oneID() (id value, ok bool) {
	for _, list := range [][]value{r.knownIDs, r.ids, r.loose} {
		for _, v := range list {
			switch {
			case !email(v.v) && !(phone(v.v) && (v.v[0] == '0' || v.v[0] == '+')) && !logsIn(v):
			case !ok:
				id, ok = v, true
			case !bytes.Equal(v.v, id.v):
				return id, false
			}
		}
	}
	return id, ok
}

// logsIn reports whether a name says that people sign in with its value: accounts are
// numbered for programs, too.
func logsIn(v value) bool {
	return v.class == vocabulary.ID || v.class == vocabulary.IDWeak && !strings.HasSuffix(v.word, "id")
}

// twins reports whether names are the same but for their numbers, and say nothing of
// what they name: data1 and data2.
func twins(a, b []byte) bool {
	root := bytes.TrimRight(a, "0123456789")
	return len(root) > 0 && len(root) < len(a) && len(b) > len(root) && bytes.Equal(root, bytes.TrimRight(b, "0123456789"))
}
