package lookalike

import (
	"bytes"
	"strings"
)

// how says by what means a written form stands for a brand, from the nearest
// to the farthest.
type how uint8

const (
	none      how = iota
	exact         // letter by letter
	folded        // after folding digits and letter pairs: amaz0n, arnazon
	spoofed       // after folding characters of other scripts
	swapped       // two neighbouring letters exchanged: amaozn
	visual        // one letter doubled, or replaced by one of its shape: amazzon, anazon
	near          // any other single edit
	scrambled     // a few edits that keep the frame of consonants: ameozon, anazno
	far           // two other edits
	remote        // the same, and the first letter or the z is gone: amanon, emazom
)

// compare tells how s stands for brand when it is taken whole, up to
// two edits of optimal string alignment, maxEdits if the consonants stay. Both are short; the cost is bounded by
// their product.
func compare(s []byte, brand string) how {
	if len(s) > len(brand)+2 || len(s)+2 < len(brand) {
		return none
	}
	if least := apart(s, brand); least > maxEdits || least > 2 && !framed(s, brand) {
		return none // what comes next would say so too, at ten times the cost
	}
	d := distance(s, brand)
	switch {
	case d == 0:
		return exact
	case d == 1:
		return single(s, brand)
	case (d == 2 || d <= maxEdits && len(s) >= len(brand)) && framed(s, brand):
		return scrambled
	case d == 2 && s[0] == brand[0] && keepsMark(s, brand):
		return far
	case d == 2:
		return remote
	}
	return none
}

// apart returns the least that [distance] can be, by the letters that s and
// brand share in whatever order.
func apart(s []byte, brand string) int {
	var have [32]int8
	for i := range len(brand) {
		have[brand[i]&31]++
	}
	shared := 0
	for _, c := range s {
		if have[c&31] > 0 { // a digit may pass for a letter, which errs on the safe side
			have[c&31]--
			shared++
		}
	}
	return max(len(s), len(brand)) - shared
}

// keepsMark reports whether s has the letter by which amazon is recognised,
// or one that passes for it. Other brands are long enough without.
func keepsMark(s []byte, brand string) bool {
	return !strings.Contains(brand, "z") || bytes.ContainsAny(s, "z2sxc")
}

// framed reports whether s begins like brand and has its consonants in order,
// m and n being one letter and repetitions not counting. The vowels are what
// imitators change most freely.
func framed(s []byte, brand string) bool {
	if s[0] != brand[0] {
		return false
	}
	j := 0
	var last byte
	for _, c := range s {
		c = frame(c)
		if c == 0 || c == last {
			continue
		}
		last = c
		for j < len(brand) && frame(brand[j]) == 0 {
			j++
		}
		if j == len(brand) || frame(brand[j]) != c {
			return false
		}
		j++
	}
	for j < len(brand) && frame(brand[j]) == 0 {
		j++
	}
	return j == len(brand)
}

// frame returns the consonant that c counts as, zero for vowels.
func frame(c byte) byte {
	switch c {
	case 'a', 'e', 'i', 'o', 'u':
		return 0
	case 'm':
		return 'n'
	}
	return c
}

// single tells the edits of distance one apart. Those that touch the first
// letter or the mark of a brand leave little of it.
func single(s []byte, brand string) how {
	i := 0
	for i < len(s) && i < len(brand) && s[i] == brand[i] {
		i++
	}
	if !keepsMark(s, brand) {
		return remote
	}
	switch {
	case len(s) == len(brand):
		if i+1 < len(s) && s[i] == brand[i+1] && s[i+1] == brand[i] {
			return swapped
		}
		if looksLike(s[i], brand[i]) {
			return visual
		}
		if i == 0 {
			return far
		}
	case len(s) < len(brand):
		if i == 0 {
			return remote
		}
	default:
		if i > 0 && s[i] == s[i-1] {
			return visual
		}
	}
	return near
}

// alike lists the letters that pass for one another at a glance.
const alike = "mn nm nh nr un nu vu uv ij ji il li lt tl oe eo oc co ao oa ae ea ec ce uo ou zs sz z2 cs sc gq qg"

func looksLike(a, b byte) bool {
	for i := 0; i+1 < len(alike); i += 3 {
		if alike[i] == a && alike[i+1] == b {
			return true
		}
	}
	return false
}

// maxEdits is how many edits may separate what keeps the frame of a brand.
const maxEdits = 4

// maxBrand is the length of the longest brand, maxCore that of the longest
// text that can be within two edits of it.
const (
	maxBrand = 13
	maxCore  = maxBrand + 2
)
