package lookalike

// searchSpread looks for a string of Seller Central across the parts of the
// last label, which begin with part first: with hyphens anywhere in it and
// other text around, up to two edits away. seller-centralsupport.example,
// otp5eller-centraljp.example.
func (v *view) searchSpread(first int) {
	for i := range v.nhits {
		if int(v.hits[i].part) >= first {
			return
		}
	}
	l := v.labels[v.nlabels-1]
	s := v.text[l.from:l.to]
	if first == v.nparts || !sellerish(s) {
		return
	}
	best := hit{}
	edits := maxSpread + 1
	for k := range brands {
		if b := &brands[k]; b.seller {
			if from, to, d := within(s, b.text, edits-1); d < edits {
				edits = d
				best = hit{brand: b, how: spreads[d], from: l.from + uint16(from), to: l.from + uint16(to)}
			}
		}
	}
	if edits > maxSpread {
		return
	}
	best.left, best.right = describe(v.text[l.from:best.from]), describe(v.text[best.to:l.to])
	best.part = v.partAt(&window{to: best.to})
	v.keep(best)
}

// maxSpread is the number of edits that leave no doubt in a string so long.
const maxSpread = 2

// spreads tells edits apart.
var spreads = [maxSpread + 1]how{exact, near, far}

// sellerish is a cheap test: most letters of a string of Seller Central.
func sellerish(s []byte) bool {
	var set uint32
	for _, c := range s {
		set |= sellerBits[c]
	}
	n := 0
	for ; set != 0; set &= set - 1 {
		n++
	}
	return n >= 6
}

// sellerBits has a bit for each letter of the word central, the e of seller
// and what passes for them.
var sellerBits = func() (t [256]uint32) {
	for i, letters := range [...]string{"c", "e3", "n", "t7", "r", "a4", "l1i"} {
		for _, c := range []byte(letters) {
			t[c] |= 1 << i
		}
	}
	return t
}()

// within finds the piece of s that is nearest to brand by edits, hyphens
// being free and digits being the letters that they pass for, if there are at
// most most of them (P. Sellers 1980).
func within(s []byte, brand string, most int) (from, to, edits int) {
	edits = most + 1
	type cell struct{ edits, from uint8 }
	var prev, cur [maxBrand + 1]cell
	for i := range len(brand) + 1 {
		prev[i] = cell{uint8(i), 0}
	}
	for j, c := range s {
		if c == '-' {
			prev[0].from = uint8(j + 1)
			continue
		}
		if c >= '0' && c <= '9' && digitLetters[c-'0'] != 0 {
			c = digitLetters[c-'0']
		}
		cur[0] = cell{0, uint8(j + 1)}
		for i := 1; i <= len(brand); i++ {
			b := prev[i-1]
			if c != brand[i-1] {
				b.edits++
			}
			if x := prev[i]; x.edits+1 < b.edits {
				b = cell{x.edits + 1, x.from}
			}
			if x := cur[i-1]; x.edits+1 < b.edits {
				b = cell{x.edits + 1, x.from}
			}
			cur[i] = b
		}
		if b := cur[len(brand)]; int(b.edits) < edits {
			from, to, edits = int(b.from), j+1, int(b.edits)
		}
		prev = cur
	}
	return from, to, edits
}
