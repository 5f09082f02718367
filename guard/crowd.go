package guard

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
