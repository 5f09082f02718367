package lookalike

import "sekisho/hostname"

// Model is everything that was learned. It is immutable once in use.
type Model struct {
	Costs  Costs
	Pairs  [Symbols][Symbols]uint8 // by neighbours: how unusual they are, see [Model.rarity]
	Grams  []int8                  // by hashed n-gram: its weight
	Forest Forest
	// Floor is what a window must be worth to be looked at.
	Floor int16
	// Warn and Block are the sums of the trees at which a name is warned of
	// and blocked.
	Warn, Block int32
}

// Sample is what the trained score sees of a name.
type Sample struct {
	Features [FeatureCount]int16
	Grams    []uint32 // hashed, as in [Model.Grams]; each as often as it occurs
	Window   string   // the piece that aligns best
	Operated bool     // the suffix is one whose owner names the hosts: it passes
	// Least and Most are what comes of it whatever the trees say: 0 nothing, 1
	// a warning, 2 a block.
	Least, Most int
}

// Samples returns what the score sees of n, for training: of n itself, and of
// what it lies below, from the registrable domain on, as far as there is
// something to look at. m needs no trees yet. suffix is as in [MatchBelow].
func (m *Model) Samples(n hostname.Name, suffix string) []Sample {
	var all []Sample
	v := &view{customers: suffix != ""}
	m.walk(v, n, suffix, func() bool {
		var s Sample
		m.measure(v, &s.Features)
		m.measureGrams(v, &s.Features)
		s.Operated = v.ctx.known
		least, most := v.bounds(&s.Features)
		s.Least, s.Most = grade(least), grade(max(least, most))
		for _, l := range v.labels[:v.nlabels] {
			text := v.text[l.from:l.to]
			s.Grams = appendGrams(s.Grams, text[:min(len(text), 62)], l.label == 0)
		}
		s.Window = string(v.text[v.best.from:v.best.to])
		all = append(all, s)
		return true
	})
	return all
}

// grade tells what comes of points.
func grade(points float64) int {
	switch {
	case points >= blockPoints:
		return 2
	case points >= warnPoints:
		return 1
	}
	return 0
}

// walk reads n from the registrable domain leftwards, and calls at for every
// name that n lies below and for n itself, once there is something to look
// at, until it returns false; what is left of n is read all the same.
func (m *Model) walk(v *view, n hostname.Name, suffix string, at func() bool) {
	if public := n.PublicSuffix(); len(public) > len(suffix) {
		suffix = public
	}
	if shared := sharedBy(n.String()); len(shared) > 0 && len(shared) >= len(suffix) {
		suffix = shared
		v.customers = true
	}
	head, unicode := v.set(n, suffix)
	if head == "" || suffix == "" {
		return
	}
	v.begin()
	done := false
	for more := true; more && v.nlabels < maxParts; {
		var label string
		head, label, more = cutLast(head)
		first := v.nparts
		v.addLabel(label, unicode)
		v.readLabel(first)
		if done {
			continue
		}
		v.align(&m.Costs)
		done = (v.nhits > 0 || v.best.worth >= m.Floor) && !at()
	}
}

// candidate is the cheap test that nearly every name fails: whether [walk]
// could find something to look at. It knows no public suffix and counts that
// as a label.
func (m *Model) candidate(v *view, n hostname.Name) bool {
	head, unicode := v.set(n, "")
	v.brief = true
	for more := head != ""; more && v.nlabels < maxParts; {
		var label string
		head, label, more = cutLast(head)
		if v.addLabel(label, unicode); v.nhits > 0 {
			return true
		}
		if v.align(&m.Costs); v.best.worth >= m.Floor {
			return true
		}
	}
	return false
}

// cutLast cuts the last label off s.
func cutLast(s string) (rest, label string, more bool) {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '.' {
			return s[:i], s[i+1:], true
		}
	}
	return "", s, false
}
