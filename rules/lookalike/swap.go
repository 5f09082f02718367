package lookalike

// swap finds two neighbouring letters of the brand exchanged: amaozn.example.
func swap(v *view, h *hit) float64 {
	if h.how != swapped {
		return 0
	}
	return v.worth(h)
}
