package guard

import (
	"bytes"
	"strings"

	"sekisho/guard/vocabulary"
)

// shaped reports whether a request is what a form for signing in sends, and hardly more:
// somebody's ID and one value that looks thought up by a person, under a name that says
// nothing. It is asked where a page asks for a password: what that is called there
// is not what a script must call it. Newsletters, drafts and statistics of such sites have an
// address too; what comes with it there has a name that says what it is, or is no word that
// a person would think up.
func (r *reader) shaped(h Head) bool {
	// What frameworks add to the address (EIO=4&transport=polling) is no field of the form.
	fields := r.read - r.twice - r.early
	if !r.hints.Prompts || loads(h.Method) || fields > maxPair || r.otherwise(lowerPath(h.Target)) {
		return false
	}
	id, ok := r.oneID()
	if !ok {
		return false
	}
	near := r.besideID(id, r.ahead)
	if id.at <= r.ahead || len(near) == 0 {
		if fields += r.early; fields > maxPair {
			return false
		}
		near = r.besideID(id, 0)
	}
	one := onlyOne(near)
	if one == nil || issued(one.v) || coded(one.v) || everyday(one.v) || bytes.Equal(one.v, bytes.ToUpper(one.v)) {
		return false
	}
	says := vocabulary.Data(one.name) || vocabulary.Telling(one.name) && !vocabulary.Vague(one.name)
	switch code := vocabulary.Lookup(one.name).Class.IsCode(); {
	case code && r.hints.Suspicious && logsIn(id):
		// Under Amazon's name a log-in may call its password a code. With an address it is
		// as often one that somebody was sent.
		return human(one.v)
	case says && !twins(id.name, one.name):
		return false
	}
	return thoughtUp(one.v) || human(one.v) && odd(one.v)
}

// besideID returns the values after field at that may be a password beside id, whatever
// their names. What has the ID in it is what both were taken out of.
func (r *reader) besideID(id value, at int) (near []value) {
	for _, list := range [][]value{r.loose, r.others} {
		for _, v := range list {
			if v.at > at && v.place == InBody && !bytes.Contains(v.v, id.v) && !phone(v.v) {
				near = append(near, v)
			}
		}
	}
	return near
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

// twins reports whether names say nothing of what they name: the same but for their numbers,
// data1 and data2, or one for both, as the items of an array have it.
func twins(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return vocabulary.Vague(a)
	}
	root := bytes.TrimRight(a, "0123456789")
	return len(root) > 0 && len(root) < len(a) && len(b) > len(root) && bytes.Equal(root, bytes.TrimRight(b, "0123456789"))
}

// pairs takes the address and the one word that a text consists of, whatever parts them:
// "taro@example.jp,Kaeru-4417x". It is for bodies and what they are an encoding of, not for
// the values of fields.
func (r *reader) pairs(p part) {
	if !r.hints.Prompts || len(p.label) > 0 && !bytes.Equal(p.label, anyLabel) || r.read > 2 || len(p.body) > maxID+maxPassword {
		return
	}
	b := bytes.Trim(p.body, "\"' \t\r\n")
	at := bytes.IndexByte(b, '@')
	if at < 0 {
		return
	}
	start, end := addressAt(b, at)
	rest := b[end:]
	switch {
	case end == len(b):
		rest = b[:start]
	case start > 0:
		return
	}
	if word := bytes.Trim(rest, marks+"\"' \t\r\n"); len(word) < len(rest) && oneWord(word) && !bytes.ContainsAny(word, ":=") && email(b[start:end]) {
		for _, v := range [][]byte{b[start:end], word} {
			r.at++
			r.unnamed(noName, v)
		}
	}
}
