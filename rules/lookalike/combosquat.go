package lookalike

// combosquat finds the brand, spelled out or nearly, in company of words that
// its own pages are about: amazon-account-update.example, amozonlogin.example,
// login.amazon.example.com.
func combosquat(v *view, h *hit) float64 {
	switch {
	case h.dots > 0:
		return 0
	case h.brand.short:
		return v.worth(h)
	case v.accompanied(h):
		return v.worth(h) + wordBonus
	case h.how == exact:
		return v.worth(h)
	}
	return 0
}
