package lookalike

// wrongRegistry finds the brand, and nothing else, registered under a suffix
// that is not Amazon's: amazon.shop, sellercentral.amazon.cm, and with the
// registry's own label in the wrong place, amazon-co.jp.
func wrongRegistry(v *view, h *hit) float64 {
	p := v.parts[h.part]
	if h.how != exact || h.dots > 0 || h.brand.short || p.label != 0 || h.left != empty {
		return 0
	}
	switch {
	case v.fills(h) && v.customers && !lex.hosting[v.suffix]:
		return 3.4 // Amazon itself may be its own customer
	case v.fills(h), v.follows(h) == registry:
		return 5
	}
	return 0
}
