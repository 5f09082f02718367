package lookalike

import "bytes"

// FeatureCount is the number of features of a [Sample].
const FeatureCount = int(features)

// What the trees ask about. The order is that of the weights file: a change
// here is a change of [version].
const (
	fPoints        = iota // what the techniques say, in 16ths of a point
	fHow                  // of the best hit
	fLeft                 // of the best hit
	fRight                // of the best hit
	fSimilar              // the best hit begins another word
	fKind                 // of the best hit: none, retail, seller, short
	fFills                // the best hit is all of its label
	fHitLabel             // where the best hit is
	fFollows              // what follows the best hit
	fWorth                // of the best window
	fWorthOwn             // of the window in the registrable label
	fWorthOther           // of the best window before it
	fWorthSecond          // of the second best window
	fWidth                // of the best window
	fBefore               // characters before the window, in its label
	fBehind               // characters behind it
	fEdgeBefore           // what the window touches
	fEdgeBehind           // what the window touches
	fDistance             // edits between window and brand
	fWindowLabel          // where the window is
	fHasZ                 // the window has a z
	fFirst                // the window begins like the brand
	fLast                 // the window ends like the brand
	fShared               // letters that window and brand share
	fDigits               // in the window
	fWindowNext           // what follows the window
	fWindowSimilar        // the window begins another word
	fZone                 // the window ends in the word zone
	fSeller               // how near the best string of Seller Central is
	fAccount              // words
	fCommon               // words
	fSellerWord           // words
	fPlace                // words
	fForeign              // words
	fRegistry             // a registry's labels in the wrong place
	fCheap                // the suffix
	fAgain                // more hits
	fWeb                  // www before a hit
	fNumber               // a part is a number
	fLabels               // in the name
	fLength               // of the name
	fOwnLength            // of the registrable label
	fOwnDigits            // in it
	fOwnHyphens           // in it
	fOwnVowels            // in percent of its letters
	fOwnRun               // the longest run of its consonants
	fOwnRarity            // of its letter pairs
	fWindowRarity         // of the letter pairs of the window's label
	fSuffix               // what kind of suffix
	fStrayBefore          // letters before the window that are no known word
	fStrayBehind          // letters behind it
	fSpoofs               // characters of other scripts
	fGrams                // the sum of the n-grams
	features
)

// Indices of features that training fills in, or measures by themselves: the
// sum of the n-grams, the points of the techniques, the best window's worth.
const (
	FeatureGrams  = fGrams
	FeaturePoints = fPoints
	FeatureWorth  = fWorth
)

// The values of fKind: which sort of brand the best hit is, zero for no hit.
const (
	kindRetail = 1 + iota
	kindSeller
	kindShort
)

// measure fills in what the trees ask about v as far as it has been read, but
// for the n-grams.
func (m *Model) measure(v *view, f *[FeatureCount]int16) {
	*f = [FeatureCount]int16{}
	v.measureHit(f)
	v.measureWindow(m, f)
	v.measureName(m, f)
	c := &v.ctx
	f[fAccount], f[fCommon] = int16(c.account), int16(c.common)
	for _, b := range [...]struct {
		at    int
		holds bool
	}{
		{fSellerWord, c.seller},
		{fPlace, c.place},
		{fForeign, c.foreign},
		{fRegistry, c.registry},
		{fCheap, c.cheap},
		{fAgain, c.again},
		{fWeb, c.web},
		{fNumber, c.number},
		{fSpoofs, v.scripts[mixed]|v.scripts[whole] != 0},
	} {
		if b.holds {
			f[b.at] = 1
		}
	}
}

// measureGrams adds up the n-grams, which costs more than most else and is
// seldom needed by who knows the rest.
func (m *Model) measureGrams(v *view, f *[FeatureCount]int16) {
	for ; v.ngrams < v.nlabels; v.ngrams++ {
		l := v.labels[v.ngrams]
		v.grams += m.gramsOf(v.text[l.from:l.to], l.label == 0)
	}
	f[fGrams] = clamp(v.grams)
}

// measureHit tells what the techniques found.
func (v *view) measureHit(f *[FeatureCount]int16) {
	f[fHow], f[fHitLabel] = int16(remote)+1, -1
	h, _, points := v.judge()
	f[fPoints] = int16(points * 16)
	if h == nil {
		return
	}
	f[fHow], f[fLeft], f[fRight] = int16(h.how), int16(h.left), int16(h.right)
	f[fHitLabel], f[fFollows] = int16(min(v.parts[h.part].label, 5)), int16(v.follows(h))
	f[fKind] = kindRetail
	switch {
	case h.brand.seller:
		f[fKind] = kindSeller
		f[fSeller] = int16(remote) + 1 - int16(h.how)
	case h.brand.short:
		f[fKind] = kindShort
	}
	f[fSimilar], f[fFills] = boolean(h.similar), boolean(v.fills(h))
}

// measureWindow tells of the piece that aligns best.
func (v *view) measureWindow(m *Model, f *[FeatureCount]int16) {
	f[fWorth], f[fWorthOwn], f[fWorthOther], f[fWorthSecond] = v.best.worth, v.own.worth, v.other.worth, v.second
	w := &v.best
	l := v.labels[w.label]
	s := v.text[w.from:w.to]
	before, behind := v.text[l.from:w.from], v.text[w.to:l.to]
	f[fWidth], f[fBefore], f[fBehind] = int16(len(s)), int16(len(before)), int16(len(behind))
	f[fWindowLabel] = int16(min(w.label, 5))
	f[fStrayBefore], f[fEdgeBefore] = stray(before, len(before)-1)
	f[fStrayBehind], f[fEdgeBehind] = stray(behind, 0)
	f[fDistance] = maxEdits + 1
	if len(s) <= maxCore {
		f[fDistance] = int16(distance(s, Brand))
	}
	var seen [256]int8
	for _, c := range s {
		seen[c]++
		if c >= '0' && c <= '9' {
			f[fDigits]++
		}
	}
	f[fHasZ] = boolean(seen['z'] > 0)
	for i := range len(Brand) {
		if seen[Brand[i]] > 0 {
			seen[Brand[i]]--
			f[fShared]++
		}
	}
	if len(s) > 0 {
		f[fFirst] = boolean(s[0] == Brand[0])
		f[fLast] = boolean(s[len(s)-1] == Brand[len(Brand)-1])
	}
	h := hit{to: w.to, part: v.partAt(w)}
	h.to = min(h.to, v.parts[h.part].to)
	f[fWindowNext] = int16(v.follows(&h))
	f[fZone] = boolean(bytes.HasSuffix(s, []byte("zon")) && bytes.HasPrefix(behind, []byte("e")))
	f[fWindowSimilar] = boolean(w.similar)
	f[fWindowRarity] = m.rarity(v.text[l.from:l.to])
}

// stray returns how many letters of s are in no known word, when it is not
// all known words, and what the character at i, the one beside a window, is:
// nothing, a hyphen, a digit or a letter.
func stray(s []byte, i int) (letters, edge int16) {
	if len(s) == 0 {
		return 0, 0
	}
	switch c := s[i]; {
	case c == '-':
		edge = 1
	case c >= '0' && c <= '9':
		edge = 2
	default:
		edge = 3
	}
	if edge == 3 && describe(s) <= worded {
		return 0, 1
	}
	for _, c := range s {
		if c >= 'a' {
			letters++
		}
	}
	return letters, edge
}

func boolean(b bool) int16 {
	if b {
		return 1
	}
	return 0
}

func clamp(x int32) int16 { return int16(max(-32000, min(32000, x))) }
