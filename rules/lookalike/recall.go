package lookalike

// recall remembers what [find] said of a few pieces of one name: each is asked
// about twice, before the suffix is known and after, and who wants to make
// work repeats them.
type recall struct {
	n     int
	text  [maxRecall][maxRecalled]byte
	size  [maxRecall]uint8
	found [maxRecall]hit
}

// Limits of a recall: how many pieces it holds, of what length; a label's is
// 63 at most.
const (
	maxRecall   = 16
	maxRecalled = 64
)

// find is [find] with a memory for what the name has said before.
func (v *view) find(s []byte) hit {
	if !promising(s) {
		return hit{}
	}
	if len(s) > maxRecalled {
		return find(s)
	}
	if v.desk == nil {
		v.desk = desks.Get().(*desk)
	}
	r := &v.desk.found
	for i := range r.n {
		if int(r.size[i]) == len(s) && string(r.text[i][:len(s)]) == string(s) {
			return r.found[i]
		}
	}
	h := find(s)
	if r.n < maxRecall {
		r.size[r.n] = uint8(copy(r.text[r.n][:], s))
		r.found[r.n] = h
		r.n++
	}
	return h
}
