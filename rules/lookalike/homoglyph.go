package lookalike

// homoglyph finds the brand written with characters that only look like its
// letters: other scripts, by the skeleton of UTS #39, digits and letter pairs.
// аmazon.example with a Cyrillic а, amaz0n.example, arnazon.example.
func homoglyph(v *view, h *hit) float64 {
	if h.how != folded && h.how != spoofed || v.wears(v.parts[h.part].label, misspelt) {
		return 0
	}
	return v.worth(h)
}
