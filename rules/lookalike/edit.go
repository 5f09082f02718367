package lookalike

// edit finds the brand with a letter doubled, added, dropped or replaced, and
// with less weight the brand after two or three such edits: amazzon.example,
// amazom.example, ameozon.example.
func edit(v *view, h *hit) float64 {
	switch h.how {
	case spoofed:
		if v.wears(v.parts[h.part].label, misspelt) {
			return v.worth(h)
		}
	case visual, near, scrambled, far, remote:
		return v.worth(h)
	}
	return 0
}
