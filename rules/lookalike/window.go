package lookalike

// window is the piece of a label that aligns best with the brand.
type window struct {
	worth    int16  // the sum of [Costs]
	from, to uint16 // in the text
	label    uint8
	similar  bool // it is probably the beginning of another word
}

// align finds the window of the last label.
func (v *view) align(c *Costs) {
	l := v.labels[v.nlabels-1]
	s := v.text[l.from:l.to]
	if !alignable(s) {
		return
	}
	w := c.best(s)
	w.from += l.from
	w.to += l.from
	w.label = l.label
	part := v.partAt(&w)
	word := v.otherWord(&hit{from: w.from, to: min(w.to, v.parts[part].to), part: part})
	if word == innocent {
		return
	}
	w.similar = word == similar
	v.second = max(v.second, min(w.worth, v.best.worth))
	if w.worth > v.best.worth {
		v.best = w
	}
	if l.label == 0 {
		v.own = w
	} else if w.worth > v.other.worth {
		v.other = w
	}
}

// alignable is a cheap test of what an imitation has: several letters of the
// brand, or what passes for them.
func alignable(s []byte) bool {
	var set uint32
	for _, c := range s {
		set |= alignBits[c]
	}
	return set&0xF == 0xF
}

// alignBits has a bit for each sort of letter that a string needs to be taken
// for the brand.
var alignBits = func() (t [256]uint32) {
	for i, letters := range [...]string{"aeo4", "mnr", "z2scx", "nmoau0"} {
		for _, c := range []byte(letters) {
			t[c] |= 1 << i
		}
	}
	return t
}()
