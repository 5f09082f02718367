package guard

import "slices"

// finding turns what was gathered into what is returned.
func (r *reader) finding(h Head) Finding {
	r.join()
	f := Finding{Amazon: r.isAmazon(), Undecoded: r.undecoded, Bomb: r.bomb, Signs: r.signs}
	f.Act = r.act(h)
	f.Excused = r.excused
	f.Shaped = f.Act == SignIn && len(r.passwords)+len(r.olds) == 0 && r.shaped(h)
	if (f.Act == Nothing || f.Act == Identify) && r.isLateCode(h) {
		f.Act = Code
	}
	if f.Act == Nothing && len(r.knownIDs) > 0 {
		f.Act = Identify
	}
	if f.Amazon {
		r.sign("amazon-names")
	}
	if len(r.knownIDs) > 0 {
		r.sign("known-id")
	}
	f.IDs = secrets(maxIDs, r.knownIDs, r.ids)
	if f.Act == SignIn && len(r.passwords)+len(r.olds) > 0 {
		// Beside a password it is digits; letters there are a customer's or a shop's.
		r.codes = slices.DeleteFunc(r.codes, func(c value) bool { return !numerals(c.v) })
	}
	f.Codes = secrets(maxCodes, r.codes)
	near := r.candidates(h, &f)
	f.WithID = len(r.knownIDs) > 0
	f.Followed = r.hints.Follows && !f.WithID && f.Typed == 0 && len(f.Passwords) > 0
	f.Pair = (f.WithID || f.Followed && !r.hints.Sparing) && r.read <= maxPair && h.Method != "GET"
	if f.WithID || f.Followed {
		f.Tries = r.allTries(h, f.Passwords, near)
	}
	switch {
	case f.Act == Nothing && r.afterID():
		f.Codes, f.IDs, f.More, f.Typed, r.signs = nil, nil, false, 0, nil
	case f.Act == Nothing && !r.hints.Suspicious:
		// An ID or code without an act is a coincidence of names.
		f.Passwords, f.Codes, f.IDs, f.More = nil, nil, nil, false
		f.Typed, f.Likely = 0, 0
		r.signs = nil
	default:
		f.Fields = r.fields()
	}
	f.Signs = r.signs
	return f
}

// afterID reports whether values are candidates because an ID came a step ago, and for no
// other reason.
func (r *reader) afterID() bool {
	return r.hints.Follows && !r.hints.Suspicious && len(r.knownIDs) == 0
}

// most is how many candidates a Finding carries.
func (r *reader) most() int {
	if r.hints.Thorough {
		return maxThorough
	}
	return maxPasswords
}

// candidates fills in Passwords, the likeliest first, and what is said of them: those by
// name, those of any name, which it returns, and what a script could have made of these.
func (r *reader) candidates(h Head, f *Finding) (near []value) {
	most, typed := r.most(), [][]value{r.passwords, r.olds, r.news, r.confirms, r.kept}
	if len(r.knownIDs) > 0 {
		typed[0] = slices.Concat(r.passwords, r.written)
	}
	all := typed
	if len(r.joined) > 0 {
		all = append(all, r.joined)
	}
	r.stepTexts()
	near = r.anyName(h)
	likely := 0
	if near != nil {
		likely = r.likely(near)
		f.Likely = distinct(maxThorough, append(slices.Clone(all), near[:likely])...)
		all = append(all, near, r.codes)
	}
	f.Passwords = secrets(most, all...)
	if f.Act == SignIn {
		f.Named = distinct(len(f.Passwords), r.passwords, r.olds)
	}
	f.Typed = distinct(len(f.Passwords), typed...)
	f.Made = slices.ContainsFunc(slices.Concat(typed...), func(v value) bool { return machineMade(v.v) })
	f.More = crowded(most, all)
	f.Hidden = r.hides(h, most-distinct(most, typed...))
	// Each of what follows in a step is waited for.
	whole := near == nil || r.afterID() || r.hints.Suspicious
	if f.Likely = min(f.Likely, len(f.Passwords)); whole {
		f.Likely = len(f.Passwords)
	}
	if near == nil {
		return nil
	}
	f.Passwords = moreSecrets(f.Passwords, most, r.oblique(h, near))
	if whole || f.Likely == len(near) && r.read <= maxForm {
		f.Likely = len(f.Passwords)
	}
	f.Passwords = moreSecrets(f.Passwords, most, r.madeBeside(h))
	return near
}

// likely is how many of near are waited for.
func (r *reader) likely(near []value) int {
	if r.hints.Suspicious {
		return len(near)
	}
	made := slices.IndexFunc(near, func(v value) bool { return machineMade(v.v) })
	if made < 0 {
		made = len(near)
	}
	return min(made, max(r.firm, maxWaited))
}

// hides reports whether values that look like a person's passwords may have been left out
// for their number, where left are carried.
func (r *reader) hides(h Head, left int) bool {
	if !r.hints.Thorough || r.hints.Suspicious {
		return false
	}
	if len(r.knownIDs) == 0 {
		if !r.hints.Follows || loads(h.Method) {
			return false
		}
		left = min(left, maxFollowed)
	}
	return hidden(slices.Concat(r.loose, r.others), left)
}
