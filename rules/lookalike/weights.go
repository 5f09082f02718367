package lookalike

import "math"

// Points are added up and turned into a score by a logistic curve on which
// the two thresholds are whole numbers of points. They were set by hand, on
// names of which it was known what they were.
const (
	blockPoints = 4.0
	warnPoints  = 2.0
)

// score turns points into a score: warnPoints into WarnScore, blockPoints
// into BlockScore.
func score(points float64) float64 {
	slope := math.Log(BlockScore/(1-BlockScore)) / (blockPoints - warnPoints)
	s := 1 / (1 + math.Exp(-slope*(points-warnPoints)))
	if points >= blockPoints {
		return max(s, BlockScore) // not a rounding error below
	}
	return s
}

// likeness is what the written form of a brand is worth alone, when nothing
// but known words stands beside it.
var likeness = [...]float64{
	none:      0,
	exact:     2.8,
	folded:    4.1,
	spoofed:   4.5,
	swapped:   3.5,
	visual:    3.3,
	near:      2.8,
	scrambled: 2.8,
	far:       1.0,
	remote:    0.2,
}

// What changes the likeness of a hit.
const (
	sellerBonus  = 1.25 // the strings of Seller Central are longer and rarer
	sellerBelow  = 0.8  // spelled out as a subdomain, other marketplaces have them too
	wordBonus    = 0.5  // words of its pages beside it
	shortMalus   = -2.4 // amz says little
	foreignMalus = -1.3 // words of other trade, or of nature, beside it
	otherMalus   = -1.0 // something unknown in the same part
	similarMalus = -2.4 // the beginning of another word
)

// What the rest of the name adds, whatever the technique.
const (
	firstAccount = 1.5  // a word of sign-in
	moreAccount  = 0.75 // each further one, up to maxWords
	commonWord   = 0.6  // each, up to maxWords
	sellerWord   = 0.6
	placeWord    = 0.75
	registryWord = 2.2 // a registry's labels where no registry is
	registryNext = 3.0 // right after the brand
	cheapSuffix  = 1.25
	brandAgain   = 1.0
	webLabel     = 0.75 // www before the brand's label
	longNumber   = 1.25
	ownSuffix    = 0.75 // a misspelling under the suffix of the original
	belowOther   = 1.25 // a misspelling as the whole label of a subdomain
)

// Names in which somebody else speaks are warned of, at most.
const cappedMost = blockPoints - 0.4
