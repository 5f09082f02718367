package guard

import (
	"bytes"
	"hash/maphash"
	"slices"
)

// What a form for signing in does not have: more values of any name, and more addresses.
const (
	maxFormValues    = 30
	maxFormAddresses = 8
	nearOfCrowd      = 4 // values compared of a crowd, besides those that look like a password
)

var addressSeed = maphash.MakeSeed()

// noteAddress counts the different addresses of a request, up to one more than a form has.
func (r *reader) noteAddress(v []byte) {
	if len(r.addresses) > maxFormAddresses {
		return
	}
	if h := maphash.Bytes(addressSeed, v); !slices.Contains(r.addresses, h) {
		r.addresses = append(r.addresses, h)
	}
}

// crowd reports whether list comes with rows of a table, events or statistics, which hold
// values by the dozen and send their user's address with each.
func (r *reader) crowd(list []value) bool {
	if len(r.addresses) > maxFormAddresses {
		return true
	}
	if len(list) <= maxFormValues {
		return false
	}
	seen := map[string]bool{}
	for _, v := range list {
		if seen[string(v.v)] = true; len(seen) > maxFormValues {
			return true
		}
	}
	return false
}

// ofCrowd returns what of a crowd is worth comparing: what looks like a person's password
// and like nothing that tables and events hold, what a text calls one, and a few of the
// others. A page that hides a password among values such as these is asked about: see hidden.
func ofCrowd(list []value) []value {
	others := 0
	return slices.DeleteFunc(list, func(v value) bool {
		if v.labelled || odd(v.v) && human(v.v) && !coded(v.v) && !v.worded && !bytes.ContainsAny(v.v, "\"") {
			return false
		}
		others++
		return others > nearOfCrowd || machineMade(v.v)
	})
}

// hidden reports whether more of near than are compared, beside those in fields of
// their own, are such that one of them may be a password, so that the true one could
// be among those left out. Numbers of articles are alike but for their digits, and
// count once.
func hidden(near []value, most int) bool {
	if len(near) <= most {
		return false
	}
	seen := map[string]bool{}
	for _, v := range near {
		if v.worded || !human(v.v) || coded(v.v) || !odd(v.v) && (!thoughtUp(v.v) || len(v.v) < 8) {
			continue
		}
		if seen[alike(v.v)] = true; len(seen) > most {
			return true
		}
	}
	return false
}

// roomFor reports whether list takes v: maxKept values whatever they are, and then as
// many that look typed, few of them of one make.
func (r *reader) roomFor(list []value, v []byte) bool {
	switch {
	case len(list) < maxKept:
		return true
	case len(list) >= 2*maxKept || !human(v):
		return false
	case r.makes == nil:
		r.makes = map[string]int{}
	}
	of := alike(v)
	r.makes[of]++
	return r.makes[of] <= fewAlike
}

// series counts the values of each make in lists that are too long to be compared in full.
func series(list []value) map[string]int {
	if len(list) <= maxPasswords {
		return nil
	}
	of := map[string]int{}
	for _, v := range list {
		if human(v.v) {
			of[alike(v.v)]++
		}
	}
	return of
}

// fewAlike is how many values of one make are no series.
const fewAlike = 3
