package lookalike

import "bytes"

// split finds the brand with a hyphen or dots in it: ama-zon.example,
// ama.zon-login.example. Seller Central is two words, and its hyphen says
// nothing.
func split(v *view, h *hit) float64 {
	if h.dots == 0 && (h.brand.seller || bytes.IndexByte(v.text[h.from:h.to], '-') < 0) {
		return 0
	}
	return v.worth(h)
}
