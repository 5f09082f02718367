package lookalike

// Grams is the number of weights that the n-grams of names share: they are
// hashed, and those that collide are weighed as one (Weinberger et al.,
// "Feature hashing for large scale multitask learning", ICML 2009).
const Grams = 1 << 16

// Lengths of n-grams in characters, with the mark at either end of a label.
const (
	minGram = 3
	maxGram = 5
)

// appendGrams appends the n-grams of label. Those of the registrable label
// are told from those of the labels before it.
func appendGrams(dst []uint32, label []byte, registrable bool) []uint32 {
	const offset, prime = 2166136261, 16777619 // FNV-1a
	seed := uint32(offset)
	if registrable {
		seed = (seed ^ 1) * prime
	}
	at := func(i int) uint32 {
		if i < 0 || i >= len(label) {
			return '.'
		}
		return uint32(label[i])
	}
	for i := -1; i <= len(label)+1-minGram; i++ {
		h := seed
		for n := 1; n <= maxGram && i+n <= len(label)+1; n++ {
			h = (h ^ at(i+n-1)) * prime
			if n >= minGram {
				dst = append(dst, (h^h>>15)*0x9E3779B1>>16)
			}
		}
	}
	return dst
}

// gramsOf adds up the weights of what [appendGrams] would append.
func (m *Model) gramsOf(label []byte, registrable bool) int32 {
	var buf [3 * 64]uint32
	sum := int32(0)
	for _, g := range appendGrams(buf[:0], label[:min(len(label), 62)], registrable) {
		sum += int32(m.Grams[g])
	}
	return sum
}
