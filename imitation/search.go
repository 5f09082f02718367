package imitation

import "slices"

// automaton finds all of many patterns in one pass, at a table look-up a byte
// whatever their number (Aho and Corasick 1975). Bytes that no pattern tells
// apart share a column: upper and lower case, the three kinds of quotes.
// It is built once and not changed after.
type automaton struct {
	column [256]uint8
	width  int
	next   []row      // a row of columns for each state
	accept row        // states from here on end at least one pattern
	ends   [][]uint16 // by row, from accept on: the patterns that end there
}

// row is a state, by where its row begins: a sum is quicker than a product or a shift, and
// this is the inner loop of all. Rows as long as a power of two would share few of a
// cache's lines.
type row uint32

// fold is how single bytes are compared.
func foldByte(b byte) byte {
	switch {
	case 'A' <= b && b <= 'Z':
		return b + 'a' - 'A'
	case b == '\'' || b == '`':
		return '"'
	}
	return b
}

// newAutomaton panics when the patterns need 2^16 states or more: they are part of the
// program.
func newAutomaton(patterns []string) *automaton {
	a := &automaton{width: 1} // column 0: what no pattern has
	var has [256]bool
	for _, p := range patterns {
		for i := range len(p) {
			has[foldByte(p[i])] = true
		}
	}
	for b, has := range has { // ASCII together: most of what is read
		if has {
			a.column[b] = uint8(a.width)
			a.width++
		}
	}
	for b := range 256 {
		a.column[b] = a.column[foldByte(byte(b))]
	}
	t := newTrie(a, patterns)
	t.number(a, t.link())
	return a
}

// run feeds p in state s, calls hit with each pattern that ends and the index
// of its last byte, and returns the new state. 0 is the first state.
func (a *automaton) run(s row, p []byte, hit func(pattern uint16, at int)) row {
	next, accept := a.next, a.accept
	for i, b := range p {
		s = next[s+row(a.column[b])]
		if s >= accept {
			for _, p := range a.ends[int(s-accept)/a.width] {
				hit(p, i)
			}
		}
	}
	return s
}

// trie is the automaton while it is built.
type trie struct {
	width int
	next  []int32 // 0 is "none" until link
	ends  [][]uint16
}

func newTrie(a *automaton, patterns []string) *trie {
	most := 1 // states; to grow into them would copy them often
	for _, p := range patterns {
		most += len(p)
	}
	t := &trie{width: a.width, next: make([]int32, 0, most*a.width)}
	t.grow()
	for n, p := range patterns {
		s := 0
		for i := range len(p) {
			edge := s*t.width + int(a.column[p[i]])
			if t.next[edge] == 0 {
				t.next[edge] = int32(len(t.ends))
				t.grow()
			}
			s = int(t.next[edge])
		}
		t.ends[s] = append(t.ends[s], uint16(n))
	}
	if len(t.ends) > 1<<16-1 {
		panic("imitation: too many patterns for one automaton")
	}
	return t
}

func (t *trie) grow() {
	t.next = append(t.next, make([]int32, t.width)...)
	t.ends = append(t.ends, nil)
}

// link turns the trie into an automaton that never goes back in the text:
// where a state has no edge, it takes that of its longest proper suffix.
// It returns the states in order of their depth: those near the start, where a text
// that says nothing stays, lie together then.
func (t *trie) link() (order []int32) {
	fail := make([]int32, len(t.ends))
	order = make([]int32, 1, len(t.ends))
	for c := range t.width {
		if s := t.next[c]; s != 0 {
			order = append(order, s)
		}
	}
	for i := 1; i < len(order); i++ {
		s := order[i]
		t.ends[s] = append(t.ends[s], t.ends[fail[s]]...)
		for c := range t.width {
			edge, back := int(s)*t.width+c, t.next[int(fail[s])*t.width+c]
			if child := t.next[edge]; child != 0 {
				fail[child] = back
				order = append(order, child)
			} else {
				t.next[edge] = back
			}
		}
	}
	return order
}

// number keeps the states in their order but for the accepting ones, which it moves to
// the end, so that one comparison tells them from the others.
func (t *trie) number(a *automaton, order []int32) {
	slices.SortStableFunc(order, func(x, y int32) int {
		return min(len(t.ends[x]), 1) - min(len(t.ends[y]), 1)
	})
	to := make([]row, len(order))
	for now, was := range order {
		to[was] = row(now * a.width)
	}
	a.accept = row(len(t.next))
	a.next = make([]row, 0, len(t.next))
	for now, was := range order {
		if len(t.ends[was]) > 0 {
			a.accept = min(a.accept, row(now*a.width))
			a.ends = append(a.ends, t.ends[was])
		}
		for c := range t.width {
			a.next = append(a.next, to[t.next[int(was)*t.width+c]])
		}
	}
}
