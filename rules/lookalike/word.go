package lookalike

import "bytes"

// likelihood tells whether a hit is the beginning of another word.
type likelihood uint8

const (
	imitation likelihood = iota
	similar
	innocent
)

// otherWord tells whether h is part of a word that merely resembles the brand.
// Words of sign-in beside a similar one make it doubtful, as they do one that
// is older than the brand and holds it; a registry's labels right after any do
// so too.
func (v *view) otherWord(h *hit) likelihood {
	p := v.parts[h.part]
	if h.from < p.from {
		return imitation // with a hyphen in it, it is no word
	}
	from := max(h.from, p.from)
	s := v.text[min(from, p.to):p.to]
	whole := v.bytes(p)
	if word, ok := derived(s); ok {
		if v.follows(h) == registry {
			return imitation
		}
		if word == innocent && v.signinIn(p.label) > 0 {
			return similar
		}
		return word
	}
	if isSimilar(s, &lex.nearest) && describe(v.text[p.from:from]) <= worded && v.follows(h) != registry {
		if v.signinIn(p.label) > 1 || v.placed(int(h.part)) {
			return imitation
		}
		return similar
	}
	if bytes.HasSuffix(whole, []byte("zono")) && !bytes.HasPrefix(whole, []byte("am")) && v.follows(h) != registry {
		return similar // a garden: azumazono, yamazono
	}
	if (stem(s, &lex.innocent) > 0 || stem(whole, &lex.innocent) > 0) && v.follows(h) != registry {
		return innocent
	}
	if (isSimilar(s, &lex.nearest) || isSimilar(s, &lex.similar) || isSimilar(whole, &lex.similar)) && v.follows(h) != registry {
		return similar
	}
	return imitation
}

// isSimilar reports whether s is a word of t, alone, in the plural or with
// known words behind it.
func isSimilar(s []byte, t *stems) bool {
	n := stem(s, t)
	return n > 0 && (string(s[n:]) == "s" || describe(s[n:]) <= worded)
}

// derived reports whether s, which a hit begins, begins with a word that holds
// the brand and is older, and what that makes of it: innocent if it is all of
// s or has words of nature or trade behind it; similar if something unknown is
// behind it, so long as that does not read better as words behind the brand.
func derived(s []byte) (word likelihood, ok bool) {
	n := 0
	for k := len(Brand) + 1; k <= min(len(s), maxWord); k++ {
		if lex.derived[string(s[:k])] {
			n = k
		}
	}
	switch {
	case n == 0:
		return imitation, false
	case describe(s[n:]) == empty, bystanders(s[n:]):
		return innocent, true
	case describe(s[len(Brand):]) == worded:
		return imitation, true
	case describe(s[n:]) == worded && !onlyGlue(s[n:]):
		return imitation, true // amazonas + support
	}
	for i := len(Brand); i < len(s); i++ {
		if c, k := lex.front(s[i:]); c != unknown && c != glue && k >= minStray-1 && i+k == len(s) {
			return imitation, true // amazoni + ccount, amazona + store
		}
	}
	return similar, true
}

// bystanders reports whether s is nothing but words of trade and nature.
func bystanders(s []byte) bool {
	for len(s) > 0 {
		c, n := lex.front(s)
		if c != trade && c != nature {
			return false
		}
		s = s[n:]
	}
	return true
}

// signinIn tells whether a label holds words of sign-in: 1 for words that are
// about accounts, 2 for those that are about nothing else than signing in.
func (v *view) signinIn(label uint8) int {
	found := 0
	for _, p := range v.parts[:v.nparts] {
		if p.label != label {
			continue
		}
		s := v.bytes(p)
		for i := range s {
			c, n := lex.front(s[i:])
			if c != account || n < minStray-1 {
				continue
			}
			if lex.signin[string(s[i:i+n])] {
				return 2
			}
			found = 1
		}
	}
	return found
}

// placed reports whether com or a place of registries is read after part i of
// a subdomain.
func (v *view) placed(i int) bool {
	k := v.after(i)
	if k < 0 || v.parts[i].label == 0 {
		return false
	}
	if v.registryAt(k) {
		return true
	}
	switch string(v.bytes(v.parts[k])) {
	case "com", "jp", "ip":
		return v.parts[k].label > 0
	}
	return false
}

// otherCentral reports whether the label holds somebody else's centre:
// storytellercentral, reseller-central.
func (v *view) otherCentral(label uint8) bool {
	var buf [maxCore]byte
	b := buf[:0]
	for _, p := range v.parts[:v.nparts] {
		if p.label == label {
			b = append(b, v.bytes(p)...)
		}
	}
	for _, w := range [...]string{"tellercentral", "resellercentral", "homesellercentral"} {
		if bytes.Contains(b, []byte(w)) {
			return true
		}
	}
	return false
}

// onlyGlue reports whether s is one word that says nothing.
func onlyGlue(s []byte) bool {
	c, n := lex.front(s)
	return c == glue && n == len(s)
}

// widen takes a letter more for what is written, where s, which h begins, is a
// misspelling rather than the brand and something: amazone-jp, amazonn.
func (h *hit) widen(s []byte) {
	n := len(h.brand.text)
	switch {
	case h.similar && stem(s, &lex.nearest) > n:
		h.how, n = near, stem(s, &lex.nearest)
	case !h.brand.short && len(s) == n+1 && s[n] == s[n-1]:
		h.how, n = visual, n+1
	default:
		return
	}
	h.to, h.right = h.from+uint16(n), describe(s[n:])
}

// centre reports whether s is what other marketplaces call their pages for
// those who sell there.
func centre(s []byte) bool {
	return bytes.HasSuffix(s, []byte("center")) || bytes.HasSuffix(s, []byte("centre"))
}
