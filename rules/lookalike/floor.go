package lookalike

import "bytes"

// shopping is Amazon's own short form, which is hardly anybody else's.
const shopping = "amzn"

// floor returns the points that v has at least, whatever the trees and the
// caps say: for words in the registrable label that ordinary names hold too
// seldom to learn from, and imitators as well.
func (v *view) floor() (points float64) {
	c := &v.ctx
	if c.foreign {
		points = v.consulting()
		if !c.insistent(maxWords) {
			return points
		}
	}
	usual, others := v.ownWords()
	for i := range v.nhits {
		h := &v.hits[i]
		if v.parts[h.part].label > 0 || h.left > worded {
			continue
		}
		switch {
		case h.brand.short && h.right <= worded:
			points = max(points, c.abbreviated(h.brand.text == shopping, v.fills(h), usual, others))
		case h.similar && c.cheap:
			points = max(points, c.giveaway(v.nearest(h)))
		}
	}
	return points
}

// consulting values the brand in the registrable label beside words of trade.
// Who lives by the brand says what they do; who says no more than half of it,
// or tells of trouble with an account, is after sellers: amazon-tax-w8.example,
// amazon-listing-removed.example.
func (v *view) consulting() (points float64) {
	c := &v.ctx
	if !c.trade && !c.problem {
		return 0
	}
	for i := range v.nhits {
		h := &v.hits[i]
		switch {
		case h.brand.short || h.similar || v.parts[h.part].label > 0 || h.left > worded || h.how > scrambled:
		case c.trade && c.problem:
			return blockPoints
		case c.problem, h.right > lettered || v.unknownBeside(h):
			if k := v.suffixKind(); k == suffixCom || k == suffixOld || k == suffixJP {
				points = warnPoints
			}
		}
	}
	return points
}

// unknownBeside reports whether another part of the label of h is no known
// words.
func (v *view) unknownBeside(h *hit) bool {
	for i, p := range v.parts[:v.nparts] {
		if p.label == v.parts[h.part].label && i != int(h.part) && p.to > h.from && describe(v.bytes(p)) > worded && bytes.IndexByte(v.bytes(p), '~') < 0 {
			return true
		}
	}
	return false
}

// abbreviated values a short form of the brand by the words beside it: amzn,
// or amz, which half a trade is named after.
func (c *context) abbreviated(shop, alone bool, usual, others int) float64 {
	switch {
	case shop && (c.own > 0 || c.cheap && usual > 0):
		return blockPoints
	case c.own > 0, shop && usual > 0, c.cheap && (usual+others > 0 || shop && alone):
		return warnPoints
	}
	return 0
}

// giveaway values another word that resembles the brand on a suffix that costs
// next to nothing. Whoever is called so has a better address.
func (c *context) giveaway(nearest bool) float64 {
	switch {
	case nearest && (c.place || c.own > 0):
		return blockPoints
	case nearest, c.signin:
		return warnPoints
	}
	return 0
}

// ownWords counts the common words, and those of trade on Amazon and of
// places, in the registrable label, as far as they are shown to people.
func (v *view) ownWords() (usual, others int) {
	for _, w := range v.ctx.words[:v.ctx.nwords] {
		if w.label > 0 {
			continue
		}
		switch lex.words[string(v.text[w.from:w.to])] {
		case common:
			usual++
		case seller, place:
			others++
		}
	}
	return usual, others
}

// nearest reports whether h begins a word that holds the brand or nearly does,
// with nothing but known words around.
func (v *view) nearest(h *hit) bool {
	return isSimilar(v.text[h.from:v.parts[h.part].to], &lex.nearest)
}
