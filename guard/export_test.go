package guard

// Decoders returns the names of the table.
func Decoders() (names []string) {
	for _, d := range decoders {
		names = append(names, d.name)
	}
	return names
}
