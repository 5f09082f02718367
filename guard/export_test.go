package guard

// Spellings returns every word that a Finding may name a field by.
func Spellings() map[string]bool {
	all := map[string]bool{"(other)": true}
	for _, w := range words.exact {
		all[w.spelling] = true
	}
	for _, list := range words.stems {
		for _, s := range list {
			all[s.spelling] = true
		}
	}
	return all
}

// Decoders returns the names of the table.
func Decoders() (names []string) {
	for _, d := range decoders {
		names = append(names, d.name)
	}
	return names
}
