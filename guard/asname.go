package guard

import (
	"bytes"
	"regexp"
	"slices"

	"sekisho/guard/vocabulary"
)

// maxNames is how many names of fields are looked at for being passwords themselves, and
// fewNames how many of them are candidates although they look like names.
const (
	maxNames = 32
	fewNames = 2
)

// asName notes a name that may be the password itself: {"hunter2":1}. One that mixes
// characters as names do not is a candidate like a value. Others are where there is no
// value to be one.
func (r *reader) asName(name []byte) {
	if !r.everything() || len(r.names) >= maxNames || !plausible(name) {
		return
	}
	if slices.ContainsFunc(r.names, func(have value) bool { return bytes.Equal(have.v, name) }) {
		return
	}
	r.names = append(r.names, value{v: name, at: r.at, place: r.place, name: noName})
	if looksOpaque(name) {
		at, read := r.at, r.read // a name is no field
		r.nested(anyLabel, name)
		r.at, r.read = at, read
	}
	if odd(name) && human(name) && !pathLike.Match(name) && !vocabulary.Data(name) {
		r.unnamed(noName, name)
	}
}

// namesAlone returns the names that are candidates for want of values.
func (r *reader) namesAlone() []value {
	if len(r.passwords) > 0 {
		return nil
	}
	list := slices.DeleteFunc(slices.Clone(r.names), func(v value) bool { return machineMade(v.v) || vocabulary.Data(v.v) })
	slices.SortStableFunc(list, func(a, b value) int { return int(likelihood(a.v)) - int(likelihood(b.v)) })
	return list[:min(len(list), fewNames)]
}

// pathLike is a name that leads through what it is part of, as frameworks have it:
// items[0][Id], ctl00$Main$Name, @odata.Type1.
var pathLike = regexp.MustCompile(`^@?\w+(?:[.$:-]\w+|\[\w*\])*$`)
