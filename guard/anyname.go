package guard

import (
	"bytes"
	"slices"

	"sekisho/guard/vocabulary"
)

// maxPair is how many fields a request has at most that is an ID and a password
// and no more: a button and a token beside them.
const maxPair = 4

// maxForm is how many fields a form for signing in has at most, with all that its framework
// adds: what a script may have made of a password is waited for.
const maxForm = 12

// maxPieces is how many fields a request has at most that is a password in pieces and no
// more. Shops send events of four fields by the dozen.
const maxPieces = 3

// maxWaited is how many values that do not look like a person's passwords are waited for:
// texts and names of things come by the dozen, and a password among them is one of the
// nearest.
const maxWaited = 8

// maxFollowed bounds the candidates of a request that follows an ID.
const maxFollowed = 16

// anyName returns the values whose names say nothing and that are candidates all
// the same, the likeliest first; nil where names decide.
func (r *reader) anyName(h Head) []value {
	switch {
	case len(r.knownIDs) > 0 || r.hints.Suspicious:
		if len(r.loose)+len(r.others) > 0 {
			r.sign("any-name")
		}
		list := r.nearest()
		if len(list) == 0 {
			list = r.namesAlone()
		}
		if r.many = !r.hints.Suspicious && r.crowd(list); r.many {
			list = ofCrowd(list)
		}
		return append([]value{}, list...)
	case !r.hints.Follows:
		return nil
	}
	list := slices.DeleteFunc(r.nearest(), func(v value) bool { return !v.labelled && machineMade(v.v) })
	if len(list) == 0 {
		list = r.namesAlone()
	}
	if loads(h.Method) {
		// Pages load pictures by the dozen, by the name of each.
		list = slices.DeleteFunc(list, func(v value) bool { return v.said && (likelihood(v.v) != likeMixed || random(v.v)) })
	}
	if r.hints.Sparing {
		return r.sparing(h, list)
	}
	return append([]value{}, list[:min(len(list), maxFollowed)]...)
}

// oblique returns what a script could have made of a password besides encodings
// of bytes: turned round, or cut over fields side by side. Not where something
// speaks for the site, since each costs as much as a value that was typed, and after
// an ID for requests alone that hold little.
func (r *reader) oblique(h Head, near []value) []value {
	if r.many && !r.turned {
		return nil
	}
	small := r.at <= maxPair && h.Method != "GET"
	if r.scraps.off || !r.hints.Thorough || len(r.knownIDs) == 0 && !(r.hints.Follows && small) {
		return nil
	}
	out := r.turnedRound(append(slices.Clone(r.passwords), near...))
	if small {
		out = append(out, unmarked(near)...)
	}
	if len(r.knownIDs) > 0 || r.at <= maxPieces {
		out = append(out, r.joinScraps()...)
	}
	if len(r.knownIDs) == 0 {
		out = slices.DeleteFunc(out, func(v value) bool { return machineMade(v.v) })
	}
	return out
}

// unmarked returns what is left of the two nearest values without the mark that a script
// has put at an end: #hunter2.
func unmarked(near []value) (out []value) {
	add := func(of value, v []byte) {
		if plausible(v) {
			out = append(out, value{v: v, at: of.at, place: of.place})
		}
	}
	for _, of := range near[:min(len(near), 2)] {
		v := of.v
		if of.worded || !oneWord(v) {
			continue
		}
		first, last := mark(v[0]), mark(v[len(v)-1])
		if first {
			add(of, v[1:])
		}
		if last {
			add(of, v[:len(v)-1])
		}
		if first && last {
			add(of, v[1:len(v)-1])
		}
	}
	return out
}

// mark reports whether c is of ASCII, and no letter, digit or blank.
func mark(c byte) bool { return ' ' < c && c < 0x7f && !alphanumeric(c) }

// misnamed notes a value whose name says something else than a password: a page
// that has an ID chooses the name of what it sends with it.
func (r *reader) misnamed(name []byte, w vocabulary.Word, v []byte) {
	if !r.everything() || !r.roomFor(r.others, v) || w.Class.IsPassword() && w.Class != vocabulary.PasswordWeak {
		return
	}
	if v = bytes.TrimFunc(v, unseen); !plausible(v) {
		if w.Class != vocabulary.Mail && w.Class != vocabulary.ID && w.Class != vocabulary.IDWeak {
			r.programMade(v)
		}
		return
	}
	r.others = append(r.others, value{v: v, at: r.at, place: r.place, name: name, said: r.hints.Follows && (w.Class.IsCode() || vocabulary.Data(name))})
}

// maxMade is how many values that are kept from candidates elsewhere are some beside an
// ID and hardly more.
const maxMade = 4

// programMade notes an identifier, a digest, a time or another address: people take
// those for passwords too, and a form for signing in has few other fields.
func (r *reader) programMade(v []byte) {
	if r.hints.Known == nil || len(v) < minPassword || len(v) > maxPassword || len(r.made) >= maxMade || blank(v) || !oneWord(v) {
		return
	}
	r.made = append(r.made, value{v: v, at: r.at, place: r.place})
}

// madeBeside returns what programMade noted, where it may be a password: beside an ID
// and, after one, what is written like an address.
func (r *reader) madeBeside(h Head) []value {
	switch {
	case !r.hints.Thorough || h.Method == "GET" || r.read > maxPair || len(r.passwords)+len(r.news) > 0:
		return nil
	case len(r.knownIDs) > 0:
		return r.made
	}
	return slices.DeleteFunc(slices.Clone(r.made), func(v value) bool { return !email(v.v) })
}

// nearest orders the values of any name: those that look typed, and of these by
// how close to the ID they came; those that names put elsewhere; and those that
// machines make.
func (r *reader) nearest() []value {
	list := slices.Concat(r.loose, r.others)
	of := series(list)
	at := 0
	if all := slices.Concat(r.knownIDs, r.ids); len(all) > 0 {
		at = all[0].at
	}
	cost := func(v value) int {
		c := v.at - at
		if c < 0 {
			c = 1 - 2*c // what precedes the ID is less likely
		}
		if len(v.v) > 40 || bytes.IndexByte(v.v, ' ') >= 0 {
			c += maxLoose
		}
		rank := 2 * int(likelihood(v.v))
		if rank == 2*int(likeMixed) && (!human(v.v) || coded(v.v) || of[alike(v.v)] > fewAlike) {
			rank++
		}
		if v.labelled {
			return min(c, farthest) - farther
		}
		return min(c, farthest) + farther*rank
	}
	slices.SortStableFunc(list, func(a, b value) int { return cost(a) - cost(b) })
	r.firm = 0
	for r.firm < len(list) && cost(list[r.firm]) < farther {
		r.firm++
	}
	return list
}

// What is farther than any distance within a request.
const (
	farthest = 1 << 20
	farther  = farthest + 1
)
