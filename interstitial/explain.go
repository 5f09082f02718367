package interstitial

// Explain tells in plain words why sekisho acted: the one reason that the warning
// gave its visitor, and a sentence for each group of signs that people can make
// something of. Unknown names of ground, technique and signs, which may be hostile,
// lead to a general reason and to nothing; none is repeated. All is plain text.
func Explain(lang Lang, ground, technique string, signs []string) (reason string, seen []string) {
	w := speak(lang)
	reason, _ = w.T(Warning{Ground: ground, Technique: technique}.reason()) // tests hold that each key is there
	for _, key := range plainSigns(signs) {
		if s, err := w.T(key); err == nil {
			seen = append(seen, s)
		}
	}
	return reason, seen
}
