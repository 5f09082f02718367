package lookalike

// kana finds the brand in the script its Japanese customers read: アマゾン,
// セラーセントラル.
func kana(v *view, h *hit) float64 { return v.inScript(h, spelt) }

// transcription finds the brand in another script: амазон.example.
func transcription(v *view, h *hit) float64 { return v.inScript(h, transcribed) }

// inScript values h like a combosquat if its label wears s.
func (v *view) inScript(h *hit, s scripts) float64 {
	if !v.wears(v.parts[h.part].label, s) {
		return 0
	}
	return combosquat(v, h)
}
