package guard

import (
	"bytes"
	"hash/maphash"
	"slices"

	"sekisho/guard/vocabulary"
)

// noName is the name of a value that has none, as in a JSON array.
var noName = []byte{}

// trySeed keys the numbers of Finding.Tries.
var trySeed = maphash.MakeSeed()

// tryOf returns the number of a value in Finding.Tries. name is nil where the
// value stood in running text.
func tryOf(name, v []byte) uint64 {
	if name == nil || !thoughtUp(v) || vocabulary.Data(name) || issued(v) || coded(v) {
		return 0
	}
	if vocabulary.Telling(name) && (everyday(v) || !human(v) || !odd(v)) {
		return TrySaid
	}
	// k1, k2, k3: the next number is no other name.
	return max(maphash.Bytes(trySeed, bytes.TrimRight(name, "0123456789")), TrySaid+1)
}

// allTries returns Finding.Tries for passwords, of which near are the values of any name.
func (r *reader) allTries(h Head, passwords []Secret, near []value) []uint64 {
	out := make([]uint64, len(passwords))
	if len(r.knownIDs) > 0 && !searches(lowerPath(h.Target)) {
		r.tries(out, passwords)
	}
	near = slices.DeleteFunc(slices.Clone(near), func(v value) bool { return v.place != InBody })
	switch {
	case r.read > maxPair || h.Method == "GET":
	case len(r.knownIDs) > 0:
		r.lone(out, passwords, near)
	case r.hints.Follows:
		r.loneAfter(out, passwords, near)
	}
	return out
}

// searches reports whether a path says that something is looked for.
func searches(path string) bool {
	return has(path, "/search", "/suggest", "/autocomplete", "/find", "/kensaku")
}

// tries fills out, which is Finding.Tries for passwords.
func (r *reader) tries(out []uint64, passwords []Secret) {
	list := slices.Concat(r.loose, r.names)
	for i, p := range passwords {
		for _, v := range list {
			if !bytes.Equal(p.Bytes(), v.v) {
				continue
			}
			if n := tryOf(v.name, v.v); n != 0 {
				out[i] = n
			}
		}
	}
}

// lone makes a try of the only value beside an ID, in a request that holds little else,
// whatever it is called: a form for signing in is that. So is a text beside it that says
// password. near are the values of any name.
func (r *reader) lone(out []uint64, passwords []Secret, near []value) {
	one := onlyOne(near)
	if one == nil {
		if i := slices.IndexFunc(near, func(v value) bool { return v.labelled && oneWord(v.v) && !machineMade(v.v) }); i >= 0 {
			markTries(out, passwords, near, &near[i], TryLone)
		}
		return
	}
	number := uint64(TryLone)
	if vocabulary.Telling(one.name) {
		switch {
		case vocabulary.Data(one.name) && random(one.v), numeral(one.v), coded(one.v) && !everyday(one.v):
			return
		case everyday(one.v) || !human(one.v) || !odd(one.v) || vocabulary.Data(one.name) && !borrowed(one.name):
			number = TrySaid
		}
	}
	markTries(out, passwords, near, one, number)
}

// loneAfter is lone for the step after an ID, where shops and chats send single values
// too: it has to be a guess by its looks, and stand under a name that says nothing (k,
// for key, is not much) or behind a word for a password. What has fewer marks, or
// another name, may be a password all the same, and is no guess by itself.
func (r *reader) loneAfter(out []uint64, passwords []Secret, near []value) {
	guessed := func(v value) bool {
		return human(v.v) && odd(v.v) && thoughtUp(v.v) && !coded(v.v) && !issued(v.v)
	}
	if i := slices.IndexFunc(near, func(v value) bool { return v.labelled && guessed(v) }); i >= 0 {
		markTries(out, passwords, near, &near[i], TryLone)
		return
	}
	one := onlyOne(near)
	if one == nil || one.worded {
		return
	}
	switch {
	case guessed(*one) && (!vocabulary.Data(one.name) || string(one.name) == "k"):
		markTries(out, passwords, near, one, TryLone)
	case (human(one.v) || thoughtUp(one.v)) && !coded(one.v) && !issued(one.v):
		for i, p := range passwords {
			if bytes.Equal(p.Bytes(), one.v) { // not what was taken out of it: a bound counts these
				out[i] = TrySaid
			}
		}
	}
}

// onlyOne returns the only word of near that no program makes; nil if there are more, or
// texts.
func onlyOne(near []value) (one *value) {
	for i := range near {
		switch v := &near[i]; {
		case machineMade(v.v), len(v.v) >= minToken && looksOpaque(v.v):
		case !oneWord(v.v) || issued(v.v):
			return nil
		case one == nil:
			one = v
		case !sameField(v, one):
			return nil
		}
	}
	return one
}

// sameField reports whether v is one, or was taken out of it.
func sameField(v, one *value) bool {
	return v.at == one.at || bytes.Contains(v.v, one.v) || bytes.Contains(one.v, v.v)
}

// markTries gives a number to those of passwords that are one or were taken out of it.
func markTries(out []uint64, passwords []Secret, near []value, one *value, number uint64) {
	for i, p := range passwords {
		for k := range near {
			if sameField(&near[k], one) && bytes.Equal(p.Bytes(), near[k].v) {
				out[i] = number
			}
		}
	}
}

// borrowed reports whether a name is one of a code or of what people look for, whose
// values seldom look like passwords, as what people write may.
func borrowed(name []byte) bool {
	switch c := vocabulary.Lookup(name).Class; c {
	case vocabulary.Code, vocabulary.CodeWeak, vocabulary.OTPCue:
		return true
	}
	switch string(bytes.ToLower(vocabulary.Leaf(name))) {
	case "q", "s", "k", "query", "search", "keyword", "token", "captcha":
		return true
	}
	return false
}

// Numbers in Finding.Tries of the only value beside an ID, of whatever looks and name, and
// of one after it that has the looks of a password: a form for signing in holds that, and
// a page changes names at will.
const (
	TryLone = 1
	TrySaid = 2 // its name says what else it is, as of prices, articles and what people look for, by the dozen; or it comes after the ID, and may be a password by its looks
)
