package lookalike

import "bytes"

// society reports whether the registrable label, the brand in its own letters
// and a word or more that neither sign-in nor a shop nor Amazon's services are
// about, may well be what somebody else is called: a river's researchers, a
// party that goes there, a union, a town. The suffix has to cost something;
// where nearly everything is made up to deceive, so is this.
// amazon-birds.org, iquitos-amazon.com, boycott-amazon.org.
func (v *view) society(f *[FeatureCount]int16) bool {
	c := &v.ctx
	if f[fKind] != kindRetail || f[fHow] != int16(exact) || f[fHitLabel] != 0 || f[fFollows] != int16(shapeless) {
		return false
	}
	if c.again || c.seller || c.place || c.problem || c.account > 1 || f[fOwnDigits] > 0 || !v.honest(f[fSuffix]) || !v.forCause() {
		return false
	}
	told := false
	for i := range v.nhits {
		h := &v.hits[i]
		if v.parts[h.part].label > 0 {
			continue
		}
		for _, s := range v.beside(h) {
			told = told || tells(s)
			if suspicious(s) {
				return false
			}
		}
		for k, p := range v.parts[:v.nparts] {
			if s := v.bytes(p); p.label == 0 && k != int(h.part) {
				told = told || tells(s)
				if suspicious(s) {
					return false
				}
			}
		}
	}
	return told
}

// beside returns what the part of h holds before and behind it.
func (v *view) beside(h *hit) [2][]byte {
	p := v.parts[h.part]
	return [2][]byte{v.text[min(p.from, h.from):h.from], v.text[h.to:p.to]}
}

// honest reports whether the suffix, of kind, costs something and is known for
// those who pay for it.
func (v *view) honest(kind int16) bool {
	if v.ctx.cheap {
		return false
	}
	switch kind {
	case suffixCom, suffixOld, suffixJP, suffixCountry, suffixBelow:
		return true
	}
	return lex.charity[v.suffix]
}

// forCause reports whether the words that count in the registrable label are
// none, or, under a suffix of societies, those that causes have.
func (v *view) forCause() bool {
	c := &v.ctx
	if c.own+c.common == 0 {
		return true
	}
	if !lex.charity[v.suffix] || c.own > 1 {
		return false
	}
	for _, w := range c.words[:c.nwords] {
		if !lex.cause[string(v.text[w.from:w.to])] {
			return false
		}
	}
	return true
}

// tells reports whether s says what somebody is about: a word that can be
// pronounced, other than those that say nothing.
func tells(s []byte) bool {
	if lex.cause[string(s)] {
		return true
	}
	return len(s) > 2 && bytes.ContainsAny(s, "aeiouy") && (describe(s) > worded || !glued(s))
}

// glued reports whether s, known words, are those that say nothing.
func glued(s []byte) bool {
	for len(s) > 0 {
		c, n := lex.front(s)
		if c != glue {
			return false
		}
		s = s[n:]
	}
	return true
}

// lured reports whether s is, begins or ends with a word that imitators put
// beside the brand.
func lured(s []byte) bool {
	if lex.lure[string(s)] {
		return true
	}
	for n := min(len(s)-1, maxWord); n >= minStray; n-- {
		if lex.lure[string(s[:n])] || lex.lure[string(s[len(s)-n:])] {
			return true
		}
	}
	return false
}

// suspicious reports whether s speaks of Amazon's services or of selling, or
// is nearly a word of sign-in: suport, verificationn.
func suspicious(s []byte) bool {
	if lex.cause[string(s)] {
		return false
	}
	if lured(s) {
		return true
	}
	var buf [maxWord + 2]byte
	if len(s) < minStray-1 || len(s) > len(buf) {
		return false
	}
	if slips[string(s)] {
		return true
	}
	for i := range s {
		if w := append(append(buf[:0], s[:i]...), s[i+1:]...); len(w) >= minStray && (slips[string(w)] || lex.words[string(w)] == account) {
			return true
		}
	}
	return false
}

// slips holds the words of sign-in without one of their letters. What is
// among them, whole or without one of its own, is one slip away.
var slips = func() map[string]bool {
	m := map[string]bool{}
	for w, c := range lex.words {
		if c != account && c != common || len(w) < minStray {
			continue
		}
		for i := range w {
			if c == account || len(w) > minStray+1 {
				m[w[:i]+w[i+1:]] = true
			}
		}
	}
	return m
}()
