// Package lookalike recognises host names that imitate Amazon: it answers
// what a name pretends to be, by what means, and how surely. It knows neither
// Amazon's own names nor anybody's lists; whoever asks has looked there first.
//
// A name is taken apart once ([view]): labels without the public suffix,
// parts between hyphens, other scripts brought to ASCII. Nothing in it that
// resembles the brand, and it is done; nearly every name is. The others are
// judged by two halves:
//
//   - techniques: each knows one way to imitate, says what it found and what
//     that is worth by rules made by hand ([techniques]);
//   - the score: decision trees that were trained on names of which it is
//     known what they were, and ask about what the techniques found, how well
//     a piece of the name aligns with the brand, which n-grams it is made of
//     and what it looks like as a whole ([Model]).
//
// The score decides, within bounds that it did not learn ([Cap]); the
// technique with the most weight explains. A name is at least as bad as the
// names it lies below, so labels put in front hide nothing.
//
// The work is bounded by the length of the name. Nothing is remembered.
// docs/lookalike.md tells how the score is trained and what it is worth.
package lookalike

import "sekisho/hostname"

// Finding says what a name imitates.
type Finding struct {
	// Technique is the name of the technique that explains the finding best.
	Technique string
	// Target is the host that the name wants to be taken for.
	Target string
	// Detail is for people: a sentence in English of which the name itself is
	// the subject, that says what is imitated, what is written, how that comes
	// to the brand, and which words support it.
	Detail string
	// Score is between 0 and 1.
	Score float64
}

// A finding at or above BlockScore is an imitation, one at or above WarnScore
// a resemblance that a person should look at.
const (
	BlockScore = 0.9
	WarnScore  = 0.5
)

// technique values a hit: the points are zero when it is none of its
// business.
type technique struct {
	name     string
	value    func(v *view, h *hit) float64
	registry bool // the value counts a registry's labels after the hit
}

// techniques is ordered: of equal values the first one explains.
var techniques = [...]technique{
	{name: "embedding", value: embedding, registry: true},
	{name: "wrong-registry", value: wrongRegistry},
	{name: "misplaced-registry", value: misplaced, registry: true},
	{name: "spoof", value: spoof},
	{name: "homoglyph", value: homoglyph},
	{name: "kana", value: kana},
	{name: "transcription", value: transcription},
	{name: "split", value: split},
	{name: "combosquat", value: combosquat},
	{name: "swap", value: swap},
	{name: "bitsquat", value: bitsquat},
	{name: "edit", value: edit},
}

// Match reports what n imitates, if anything: the finding scores at least
// [WarnScore]. What belongs to the public suffix imitates nothing, and neither
// do IP addresses.
//
// Match is pure, allocates only for names with a hit or in other scripts, and
// is safe for concurrent use. Amazon's own names are not known here: the
// caller asks about them first.
func Match(n hostname.Name) (Finding, bool) { return MatchBelow(n, "") }

// MatchBelow is [Match] for a name below suffix, which strangers share without
// its being a public suffix, as they share amazonaws.com: what belongs to it
// imitates nothing either. suffix is spelled like [hostname.Name.String].
func MatchBelow(n hostname.Name, suffix string) (Finding, bool) { return trained().Match(n, suffix) }

// judge returns the points of the hit that gives most together with what the
// rest of the name says: more labels never make them less. What explains the
// finding is the hit and the technique that give most by themselves.
func (v *view) judge() (by *hit, t int, points float64) {
	if s := &v.said; s.labels == v.nlabels {
		return s.by, s.t, s.points
	}
	most := 0.0
	for i := range v.hits[:v.nhits] {
		h := &v.hits[i]
		k, p := v.explain(h)
		if p <= 0 {
			continue
		}
		if p > most {
			by, t, most = h, k, p
		}
		if !techniques[k].registry { // else it has counted it already
			p += v.registryPoints(h)
		}
		points = max(points, v.weigh(h, p))
	}
	v.said = opinion{labels: v.nlabels, by: by, t: t, points: points}
	return by, t, points
}

// opinion is what [view.judge] returns for as many labels.
type opinion struct {
	labels int
	by     *hit
	t      int
	points float64
}

// explain returns the technique that values h most, and how much that is.
func (v *view) explain(h *hit) (t int, points float64) {
	for k := range techniques {
		if p := techniques[k].value(v, h); p > points {
			t, points = k, p
		}
	}
	return t, points
}

// registryPoints is what a registry's labels in the wrong place add to h.
func (v *view) registryPoints(h *hit) float64 {
	switch {
	case v.follows(h) == registry:
		return registryNext
	case v.ctx.registry:
		return registryWord
	}
	return 0
}

// weigh adds to the points of a hit what the rest of the name says.
func (v *view) weigh(h *hit, points float64) float64 {
	c := &v.ctx
	if c.account > 0 {
		points += firstAccount + moreAccount*float64(c.account-1)
	}
	points += commonWord * float64(c.common)
	for _, add := range [...]struct {
		holds  bool
		points float64
	}{
		{c.seller, sellerWord},
		{c.place, placeWord},
		{c.cheap, cheapSuffix},
		{c.again, brandAgain},
		{c.web, webLabel},
		{c.number, longNumber},
		{v.misspeltBelow(h), belowOther},
		{v.misspeltBeside(h), ownSuffix},
		{c.foreign && c.account == 0, foreignMalus},
	} {
		if add.holds {
			points += add.points
		}
	}
	return points
}

// worth is what hit h gives by its written form.
func (v *view) worth(h *hit) float64 {
	p := likeness[h.how]
	switch {
	case h.brand.seller && h.how == exact && v.parts[h.part].label > 0:
		p += sellerBelow
	case h.brand.seller:
		p += sellerBonus
	case h.brand.short:
		p += shortMalus
	}
	if h.left == other || h.right == other {
		p += otherMalus
	}
	if h.similar {
		p += similarMalus
	}
	return p
}
