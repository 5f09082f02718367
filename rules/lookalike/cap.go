package lookalike

import "bytes"

// limit is what a name is at most, whatever the trees say of it. They have
// learned from few names of honest bearers of the brand's word, and a
// block must not rest on that.
type limit uint8

const (
	uncapped     limit = iota
	warned             // it is warned of, at most
	byTechniques       // the same, and no more than the techniques say
)

// cap says what v is at most.
func (v *view) cap(f *[FeatureCount]int16) limit {
	c := &v.ctx
	if f[fFollows] == int16(registry) || f[fWindowNext] == int16(registry) {
		return uncapped
	}
	enough := maxWords
	switch f[fKind] {
	case kindSeller:
		enough = 1 // the strings of Seller Central are nobody else's
	case kindShort:
		if c.account+c.common == 0 && (!c.seller && !c.place || !c.cheap && f[fHitLabel] == 0 && !bytes.Contains(v.label(0), []byte(shopping))) {
			return warned
		}
	}
	doubtful := f[fSimilar]+f[fWindowSimilar] > 0
	switch {
	case c.foreign && !c.insistent(enough), doubtful && c.beside(f) == 0:
		return byTechniques
	case doubtful && !c.cheap && c.account < maxWords && !v.nearly():
		return warned
	case f[fHow] == int16(exact) && f[fKind] != kindShort && v.bystander(f), c.own == 0 && v.namesake(f), v.society(f):
		return warned
	}
	return uncapped
}

// namesake reports whether the registrable label, a misspelling, may well be
// what somebody is called: one without the first letter on a suffix that costs
// something, kmazon.com, mazonhair.jp; one more than a slip of the eye away
// under a suffix for organisations whose papers the registry has seen,
// amuzon.co.jp. No host reported in four years was registered under such.
func (v *view) namesake(f *[FeatureCount]int16) bool {
	if f[fHitLabel] > 0 || f[fWindowLabel] > 0 || f[fKind] == kindSeller {
		return false
	}
	if lex.vetted[v.suffix] && max(f[fLeft], f[fRight]) > int16(worded) {
		return true
	}
	return f[fHow] >= int16(near) && (lex.vetted[v.suffix] || f[fFirst] == 0 && !v.ctx.cheap)
}

// beside returns how many words of sign-in count beside a word that resembles
// the brand: of a registrable label that costs something, its own.
func (c *context) beside(f *[FeatureCount]int16) int {
	if f[fHitLabel] <= 0 && f[fWindowLabel] == 0 && !c.cheap {
		return c.own
	}
	return c.account
}

// insistent reports whether words of sign-in outweigh words of trade or nature:
// in the registrable label, as these are, if they are about nothing else, if
// the suffix costs next to nothing or there are enough of them. In front of an
// honest bearer's domain they are its own pages.
func (c *context) insistent(enough int) bool {
	if c.trade && c.problem {
		return true
	}
	if c.own == 0 {
		return c.cheap && c.account >= enough
	}
	return c.cheap && c.own > c.prime || c.signin || c.account >= enough
}

// label returns the text of a label, counted from the right.
func (v *view) label(i int) []byte { return v.text[v.labels[i].from:v.labels[i].to] }

// plain reports whether nothing but words that say nothing is joined to the
// brand in the registrable label: myamazon, theamazon.
func (v *view) plain(f *[FeatureCount]int16) bool {
	own := v.labels[0]
	s := v.text[own.from:own.to]
	return v.ctx.nwords == 0 && f[fLeft]+f[fRight] > int16(empty) && bytes.IndexByte(s, '-') < 0 && !bytes.HasPrefix(s, []byte("ww"))
}

// nearly reports whether a hit in the name begins one of the words that hold
// the brand or nearly do.
func (v *view) nearly() bool {
	for i := range v.nhits {
		if v.nearest(&v.hits[i]) {
			return true
		}
	}
	return false
}

// sellerWord reports whether the registrable label holds a word for Seller
// Central itself, so that what else is joined to it is no unknown word.
func (v *view) sellerWord() bool {
	for _, w := range v.ctx.words[:v.ctx.nwords] {
		if w.label == 0 && w.to-w.from >= uint16(len("sellercentre")) && lex.words[string(v.text[w.from:w.to])] == seller {
			return true
		}
	}
	return false
}

// says reports whether the registrable label holds word, as sellers is what
// others call those whom Amazon's own pages call by one.
func (v *view) says(word string) bool {
	for _, w := range v.ctx.words[:v.ctx.nwords] {
		if w.label == 0 && string(v.text[w.from:w.to]) == word {
			return true
		}
	}
	return false
}

// bystander reports whether the brand in its own letters may well be somebody
// else's word for something else, on a suffix that costs something: a label
// below a company's domain that says whom it deals with, amazon.partner.example;
// part of a longer word of unknown meaning, glamazon.example, amazonbeauty.example,
// if it is not a tenant who pays nothing; katakana beside unknown Japanese;
// a tenant's name without other words where Amazon may be the tenant.
func (v *view) bystander(f *[FeatureCount]int16) bool {
	c := &v.ctx
	if c.own > 0 || c.account > 1 || c.account > 0 && f[fHitLabel] > 0 || c.cheap || c.again || c.web || f[fFollows] != int16(shapeless) {
		return false
	}
	if f[fSuffix] == suffixCN || f[fSuffix] == suffixTenant {
		return false
	}
	if f[fHitLabel] > 0 { // of Seller Central too: other marketplaces have their own
		short := f[fOwnLength] <= telling && f[fOwnLength]-f[fOwnDigits] < telling
		return f[fOwnDigits] < 4 && (short || f[fOwnRarity] < rare)
	}
	switch {
	case f[fKind] == kindSeller: // bestsellercentral.example, but not amaz0nsellercentral.example
		return f[fLeft] > int16(worded) && f[fWorthOwn] <= 0
	case f[fLeft] > int16(worded):
		return true
	case v.sellerWord():
		return false
	case f[fSuffix] == suffixCustomers && !lex.hosting[v.suffix] && (f[fFills] > 0 || c.nwords == 0):
		return true
	}
	return f[fRight] > int16(worded) || v.unread() || v.plain(f) || v.says("sellers")
}

// rare is the rarity of letter pairs that one of ten ordinary registrable
// labels has; a partner's name is seldom among them, one made up by a machine
// often.
const rare = 162

// telling is the length of labels that can be told from those that a machine
// made up, if they are all letters; kddi, dhl and qoo10 cannot.
const telling = 5

// unread reports whether the registrable label spells the brand in kana and
// holds other characters that nothing is known of.
func (v *view) unread() bool {
	l := v.labels[0]
	return v.wears(0, spelt) && v.ctx.common == 0 && !v.ctx.place && !v.ctx.seller && bytes.IndexByte(v.text[l.from:l.to], '~') >= 0
}
