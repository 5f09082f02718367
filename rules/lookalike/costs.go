package lookalike

// Costs is what the trained score has learned of how imitators change the
// shop's own string: for every way to write a letter of it, the logarithm of
// how much more often imitations do so than ordinary names hold what is
// written, in sixteenths of a nat. An alignment adds them up; the higher, the
// more likely an imitation. Learning such costs from pairs is due to Ristad
// and Yianilos, "Learning string-edit distance", IEEE PAMI 20 (1998).
type Costs struct {
	Written  [BrandLength][Symbols]int16 // a character in place of a letter, or the letter itself
	Inserted [Symbols]int16              // a character more, within the string
	Dropped  [BrandLength]int16          // a letter left out
	Swapped  [BrandLength - 1]int16      // a letter exchanged with the next
}

// BrandLength is the length of [Brand], Symbols the number of different
// characters that a [Costs] tells apart.
const (
	BrandLength = 6
	Symbols     = 38
)

// Brand is the string that alignments compare with.
const Brand = "amazon"

// Symbol returns the index of c: letters, digits, the hyphen, and one for
// everything else.
func Symbol(c byte) int { return int(symbols[c]) }

var symbols = func() (t [256]uint8) {
	for i := range t {
		t[i] = Symbols - 1
	}
	for c := range 26 {
		t['a'+c] = uint8(c)
	}
	for c := range 10 {
		t['0'+c] = uint8(26 + c)
	}
	t['-'] = 36
	return t
}()

// never is worse than any sum of costs.
const never = -30000

// best returns the window of s that is worth most. It is a semi-global
// alignment: what is left and right of the window costs nothing (P. Sellers,
// "The theory and computation of evolutionary distances", 1980).
func (c *Costs) best(s []byte) window {
	type cell struct {
		worth int32
		from  int32
	}
	var rows [3][BrandLength + 1]cell
	prev2, prev, cur := &rows[0], &rows[1], &rows[2]
	for i := 1; i <= BrandLength; i++ {
		prev[i] = cell{prev[i-1].worth + int32(c.Dropped[i-1]), 0}
	}
	w := window{worth: never}
	for j, ch := range s {
		k := symbols[ch] % Symbols
		cur[0] = cell{0, int32(j) + 1}
		for i := 1; i <= BrandLength; i++ {
			b := cell{prev[i-1].worth + int32(c.Written[i-1][k]), prev[i-1].from}
			if x := prev[i].worth + int32(c.Inserted[k]); x > b.worth && i < BrandLength {
				b = cell{x, prev[i].from}
			}
			if x := cur[i-1].worth + int32(c.Dropped[i-1]); x > b.worth {
				b = cell{x, cur[i-1].from}
			}
			if i > 1 && j > 0 && ch == Brand[i-2] && s[j-1] == Brand[i-1] {
				if x := prev2[i-2].worth + int32(c.Swapped[i-2]); x > b.worth {
					b = cell{x, prev2[i-2].from}
				}
			}
			cur[i] = b
		}
		if b := cur[BrandLength]; b.worth > int32(w.worth) {
			w = window{worth: int16(min(b.worth, -never)), from: uint16(b.from), to: uint16(j + 1)}
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return w
}
