package imitation

import "slices"

// automaton finds all of many patterns in one pass, at a table look-up a byte
// whatever their number (Aho and Corasick 1975). Bytes that no pattern tells
// apart share a column: upper and lower case, the three kinds of quotes.
// It is built once and not changed after.
type automaton struct {
	column [256]uint8
	width  int
	next   []uint16   // state*width + column
	accept uint16     // states from here on end at least one pattern
	ends   [][]uint16 // by state-accept: the patterns that end there
}

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

// newAutomaton panics when the patterns need more states than a uint16 counts:
// they are part of the program.
func newAutomaton(patterns []string) *automaton {
	a := &automaton{width: 1} // column 0: what no pattern has
	for _, p := range patterns {
		for i := range len(p) {
			if b := foldByte(p[i]); a.column[b] == 0 {
				a.column[b] = uint8(a.width)
				a.width++
			}
		}
	}
	for b := range 256 {
		a.column[b] = a.column[foldByte(byte(b))]
	}
	t := newTrie(a, patterns)
	t.link()
	t.number(a)
	return a
}

// run feeds p in state s, calls hit with each pattern that ends and the index
// of its last byte, and returns the new state. 0 is the first state.
func (a *automaton) run(s uint16, p []byte, hit func(pattern uint16, at int)) uint16 {
	next, width, accept := a.next, a.width, a.accept
	for i, b := range p {
		s = next[int(s)*width+int(a.column[b])]
		if s >= accept {
			for _, p := range a.ends[s-accept] {
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
	t := &trie{width: a.width}
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
func (t *trie) link() {
	fail := make([]int32, len(t.ends))
	queue := make([]int32, 0, len(t.ends))
	for c := range t.width {
		if s := t.next[c]; s != 0 {
			queue = append(queue, s)
		}
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		t.ends[s] = append(t.ends[s], t.ends[fail[s]]...)
		for c := range t.width {
			edge, back := int(s)*t.width+c, t.next[int(fail[s])*t.width+c]
			if child := t.next[edge]; child != 0 {
				fail[child] = back
				queue = append(queue, child)
			} else {
				t.next[edge] = back
			}
		}
	}
}

// number moves the accepting states to the end, so that one comparison tells
// them from the others.
func (t *trie) number(a *automaton) {
	order := make([]int32, len(t.ends))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(x, y int32) int {
		return min(len(t.ends[x]), 1) - min(len(t.ends[y]), 1)
	})
	to := make([]uint16, len(order))
	for now, was := range order {
		to[was] = uint16(now)
	}
	a.accept = uint16(len(order))
	a.next = make([]uint16, 0, len(t.next))
	for now, was := range order {
		if len(t.ends[was]) > 0 {
			a.accept = min(a.accept, uint16(now))
			a.ends = append(a.ends, t.ends[was])
		}
		for c := range t.width {
			a.next = append(a.next, to[t.next[int(was)*t.width+c]])
		}
	}
}
