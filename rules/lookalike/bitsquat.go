package lookalike

import "math/bits"

// bitsquat finds the brand with one bit of one letter turned over, as faulty
// memory does to a name that a computer asks for: amajon.example (A. Dinaburg,
// "Bitsquatting", 2011). Vowels and letters of like shape are left to [edit],
// which explains them better.
func bitsquat(v *view, h *hit) float64 {
	s := v.text[h.from:h.to]
	if h.how != near || len(s) != len(h.brand.text) {
		return 0
	}
	flips := 0
	for i, c := range s {
		b := h.brand.text[i]
		if c != b && (frame(c) == 0 && frame(b) == 0 || c == '~') {
			return 0
		}
		flips += bits.OnesCount8(c ^ b)
	}
	if flips != 1 {
		return 0
	}
	return v.worth(h)
}
