package guard

// maxSparing bounds the candidates of a request that follows an ID where people sign in.
const maxSparing = 4

// sparing returns what of the values of any name after an ID may be the password where
// something speaks for the site (Hints.Sparing): what a text calls one, what a person thought
// up with a mark in it, and, in a request that holds little else, what may be one by its
// looks, or stands alone. One deliberate click speaks for a site, and a kit has it after a
// harmless sign-in of its own; but a tool sends its user's address and then, all day, rows,
// events and messages.
func (r *reader) sparing(h Head, list []value) []value {
	out := []value{}
	small := r.read <= maxPair
	one := onlyOne(list)
	for i := range list {
		v := &list[i]
		person := human(v.v) && !coded(v.v) && !issued(v.v)
		switch {
		case v.labelled, person && thoughtUp(v.v) && !v.worded:
		case small && (person || one != nil && sameField(v, one) && !loads(h.Method)):
		case small && !v.worded && thoughtUp(v.v) && !coded(v.v) && !issued(v.v):
		default:
			continue
		}
		if out = append(out, *v); len(out) == maxSparing {
			break
		}
	}
	return out
}
