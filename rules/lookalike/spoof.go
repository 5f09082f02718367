package lookalike

// spoof finds letters of another script among those of the brand: аmazon.example
// with a Cyrillic а. No honest label mixes scripts so (UTS #39, section 5.2).
func spoof(v *view, h *hit) float64 {
	if h.how != spoofed || !v.wears(v.parts[h.part].label, mixed) {
		return 0
	}
	return v.worth(h)
}
