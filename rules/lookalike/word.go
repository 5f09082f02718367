package lookalike

// likelihood tells whether a hit is the beginning of another word.
type likelihood uint8

const (
	imitation likelihood = iota
	similar
	innocent
)

// otherWord tells whether h is part of a word that merely resembles the brand.
// Words of sign-in beside a similar one make it doubtful; a registry's labels
// right after either one do so too.
func (v *view) otherWord(h *hit) likelihood {
	p := v.parts[h.part]
	if h.from < p.from {
		return imitation // with a hyphen in it, it is no word
	}
	from := max(h.from, p.from)
	s := v.text[min(from, p.to):p.to]
	whole := v.bytes(p)
	if (stem(s, &lex.innocent) > 0 || stem(whole, &lex.innocent) > 0) && v.follows(h) != registry {
		return innocent
	}
	if (isSimilar(s) || isSimilar(whole)) && v.follows(h) != registry {
		return similar
	}
	return imitation
}

// isSimilar reports whether s is a similar word, alone, in the plural or with
// known words behind it.
func isSimilar(s []byte) bool {
	n := stem(s, &lex.similar)
	return n > 0 && (string(s[n:]) == "s" || describe(s[n:]) <= worded)
}
