package lookalike

import "bytes"

// find looks for a brand in s, one part of a label: letter by letter, behind
// digits and letter pairs, nearly, and last the short ones. The positions of
// the hit are within s.
func find(s []byte) hit {
	if !promising(s) {
		return hit{}
	}
	if h := spelled(s, brands[:short]); h.how != none {
		return h
	}
	h := fold(s)
	if h.how == none {
		h = approximate(s)
	}
	if h.how == none || h.how >= scrambled {
		if brief := spelled(s, brands[short:]); brief.how != none && alone(brief) {
			return brief
		}
	}
	return h
}

// spelled looks for one of brands, letter by letter.
func spelled(s []byte, brands []brand) hit {
	for k := range brands {
		b := &brands[k]
		if i := bytes.Index(s, []byte(b.text)); i >= 0 {
			return hit{
				brand: b, how: exact, from: uint16(i), to: uint16(i + len(b.text)),
				left: describe(s[:i]), right: describe(s[i+len(b.text):]),
			}
		}
	}
	return hit{}
}

// alone reports whether nothing unknown stands beside h.
func alone(h hit) bool { return h.left <= worded && h.right <= worded }

// promising is a cheap test that nearly every part fails.
func promising(s []byte) bool {
	if len(s) < 3 {
		return false
	}
	var retail, seller int
	for _, c := range s {
		switch c {
		case 'a', 'n':
			retail++
			seller++
		case 'm', 'z', 'o', '0', '2', '4':
			retail++
		case 's', 'e', 'l', 'r', 'c', 't', 'd', 'v', '1', '3', '5':
			seller++
		}
	}
	return retail >= 3 || seller >= 9
}

// describe tells what s, the text beside a brand, is.
func describe(s []byte) rest {
	for len(s) > 0 && isDigit(s[0]) {
		s = s[1:]
	}
	for len(s) > 0 && isDigit(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	if len(s) == 0 {
		return empty
	}
	whole := s
	for len(s) > 0 {
		if isDigit(s[0]) {
			s = s[1:]
			continue
		}
		_, n := lex.front(s)
		if n == 0 {
			break
		}
		s = s[n:]
	}
	switch {
	case len(s) == 0:
		return worded
	case len(whole) <= 2:
		return lettered
	}
	return other
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// fold looks for a brand behind digits and letter pairs.
func fold(s []byte) hit {
	const maxFold = 63
	if len(s) > maxFold || !foldable(string(s)) {
		return hit{}
	}
	var buf [maxFold]byte
	t := appendFolded(buf[:0], string(s))
	h := spelled(t, brands[:])
	if h.how != none && (alone(h) || !h.brand.short) {
		h.how = folded
		h.from, h.to = 0, uint16(len(s))
		return h
	}
	if len(t) == len(s) {
		return hit{} // digits alone: what comes next takes them as they are
	}
	if h = approximate(t); h.how > scrambled {
		return hit{}
	}
	h.from, h.to = 0, uint16(len(s))
	return h
}

// approximate compares s with the brands, and if that gives nothing, what
// is left of s without the known words at its ends.
func approximate(s []byte) hit {
	if h := nearest(s, brands[:]); h.how != none {
		h.to = uint16(len(s))
		return h
	}
	from, to, left, right := core(s, false)
	h := nearest(s[from:to], brands[:])
	if h.how == none {
		from, to, left, right = core(s, true)
		h = nearest(s[from:to], brands[:])
	}
	if h.how == none {
		return beginning(s)
	}
	h.from, h.to, h.left, h.right = uint16(from), uint16(to), left, right
	return h
}

// beginning compares what s begins with, for words that a misspelt brand was
// put before. More than a single edit would find too much.
func beginning(s []byte) hit {
	b := &brands[retail]
	best := hit{}
	for n := len(b.text) - 1; n <= len(b.text)+1 && n < len(s); n++ {
		how := compare(s[:n], b.text)
		if how == none || how > near || best.how != none && how >= best.how {
			continue
		}
		best = hit{brand: b, how: how, to: uint16(n), right: describe(s[n:])}
	}
	return best
}

// nearest compares s with brands.
func nearest(s []byte, brands []brand) hit {
	for k := range brands {
		if brands[k].short {
			continue
		}
		if how := compare(s, brands[k].text); how != none {
			return hit{brand: &brands[k], how: how}
		}
	}
	return hit{}
}

// minCore is what stripping leaves at least.
const minCore = 4

// core returns the bounds of what is left of s without digits and known words
// at its ends. keep leaves words of the seller class.
func core(s []byte, keep bool) (from, to int, left, right rest) {
	to = len(s)
	for to-from > minCore {
		if c := s[to-1]; c >= '0' && c <= '9' {
			to--
			continue
		}
		c, n := lex.back(s[from:to])
		if n == 0 || to-n-from < minCore || keep && c == seller {
			break
		}
		to -= n
		right = worded
	}
	for to-from > minCore {
		if c := s[from]; c >= '0' && c <= '9' {
			from++
			continue
		}
		c, n := lex.front(s[from:to])
		if n == 0 || to-from-n < minCore || keep && c == seller {
			break
		}
		from += n
		left = worded
	}
	return from, to, left, right
}
