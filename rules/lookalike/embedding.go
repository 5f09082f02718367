package lookalike

// embedding finds Amazon's host name inside another: the brand spelled out and
// after it what follows it in the original, as labels or joined by hyphens.
// sellercentral.amazon.co.jp.example.com, www-amazon-co-jp.example.com.
func embedding(v *view, h *hit) float64 {
	if h.how != exact || h.dots > 0 || h.brand.short || h.left > worded || h.similar {
		return 0
	}
	switch v.follows(h) {
	case registry:
		return 5
	case commerce:
		if v.parts[h.part].label == 1 && v.borrowed(0) {
			return 5
		}
		return 4.2
	case country:
		return 3.4
	}
	return 0
}
