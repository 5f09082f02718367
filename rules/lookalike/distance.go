package lookalike

// pattern is a brand as [distance] compares with it: by character, a bit for
// each place that it stands at.
type pattern struct {
	text   string
	places [256]uint16
}

var patterns = func() []*pattern {
	var all []*pattern
	for _, b := range brands {
		p := &pattern{text: b.text}
		for i := range len(b.text) {
			p.places[b.text[i]] |= 1 << i
		}
		all = append(all, p)
	}
	return all
}()

// distance returns the optimal string alignment distance between s and brand,
// which is one of [brands], up to maxEdits and one more beyond. It takes a few
// steps for each character of s, whatever the length of brand: a column of the
// matrix is two words of bits, for where it rises and where it falls (H.
// Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit
// distances", Nordic Journal of Computing 10, 2003).
func distance(s []byte, brand string) int {
	p := patterns[0]
	for _, q := range patterns {
		if q.text == brand {
			p = q
		}
	}
	m := len(brand)
	last := uint16(1) << (m - 1)
	rises, falls, diagonal, before := ^uint16(0), uint16(0), uint16(0), uint16(0)
	d := m
	for _, c := range s {
		at := p.places[c]
		swap := (^diagonal & at) << 1 & before
		diagonal = (at&rises + rises) ^ rises | at | falls | swap
		right, left := falls|^(diagonal|rises), diagonal&rises
		if right&last != 0 {
			d++
		} else if left&last != 0 {
			d--
		}
		right = right<<1 | 1
		rises, falls = left<<1|^(diagonal|right), right&diagonal
		before = at
	}
	return min(d, maxEdits+1)
}
