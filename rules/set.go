package rules

import (
	"cmp"
	"hash/maphash"
	"math/bits"
	"slices"
	"strings"

	"sekisho/hostname"
)

// set holds names, each covering itself and what is below it. It keeps a
// 64-bit hash instead of the name, with a seed that changes at every start:
// twelve bytes a name, however long. That two names share a hash is possible
// once in tens of millions of starts with a million names, and cannot be
// brought about from outside. A set is not changed after it was built.
type set struct {
	entries []setEntry // sorted by hash, without duplicates
	origins []origin   // sorted by first
}

// setEntry is a hash in two halves, which keeps the entry at twelve bytes.
type setEntry struct {
	hi, lo uint32
	place  uint32 // in the order of addition; see origin
}

// origin is a run of places that stand in consecutive lines of one source.
type origin struct {
	first  uint32 // the place of line
	line   int
	source string
}

var seed = maphash.MakeSeed()

func (e setEntry) hash() uint64 { return uint64(e.hi)<<32 | uint64(e.lo) }

func entryOf(name string, place uint32) setEntry {
	h := maphash.String(seed, name)
	return setEntry{uint32(h >> 32), uint32(h), place}
}

// match returns the longest entry that covers n, as spelled in n, and where
// it was listed: a source, and a line or 0.
func (s *set) match(n hostname.Name) (entry, source string, line int, ok bool) {
	if len(s.entries) == 0 {
		return "", "", 0, false
	}
	name := n.String()
	_, ip := n.Addr()
	for at := name; at != ""; _, at, _ = strings.Cut(at, ".") {
		if place, found := s.find(maphash.String(seed, at)); found {
			source, line = s.origin(place)
			return at, source, line, true
		}
		if ip {
			break
		}
	}
	return "", "", 0, false
}

// find looks h up by interpolation: hashes are spread evenly, so the place of
// one is known to within a few entries.
func (s *set) find(h uint64) (place uint32, ok bool) {
	lo, hi := 0, len(s.entries)
	guess, _ := bits.Mul64(h, uint64(hi))
	at, step := int(guess), 8
	if s.entries[at].hash() <= h {
		for lo = at; at+step < hi && s.entries[at+step].hash() <= h; step *= 2 {
			lo = at + step
		}
		hi = min(hi, at+step+1)
	} else {
		for hi = at; at-step > lo && s.entries[at-step].hash() > h; step *= 2 {
			hi = at - step
		}
		lo = max(lo, at-step)
	}
	i, ok := slices.BinarySearchFunc(s.entries[lo:hi], h, func(e setEntry, h uint64) int { return cmp.Compare(e.hash(), h) })
	if !ok {
		return 0, false
	}
	return s.entries[lo+i].place, true
}

func (s *set) origin(place uint32) (source string, line int) {
	i, found := slices.BinarySearchFunc(s.origins, place, func(o origin, p uint32) int { return cmp.Compare(o.first, p) })
	if !found {
		i--
	}
	o := s.origins[i]
	if o.line == 0 {
		return o.source, 0
	}
	return o.source, o.line + int(place-o.first)
}

// setBuilder collects the entries of a set in blocks, so that growing never
// holds them twice.
type setBuilder struct {
	blocks  [][]setEntry
	size    int
	origins []origin
	next    uint32 // the next place
}

const setBlock = 1 << 14

// add takes a name in the form of [hostname.Name.String].
func (b *setBuilder) add(name, source string, line int) {
	place := b.place(source, line)
	if n := len(b.blocks); n == 0 || len(b.blocks[n-1]) == setBlock {
		b.blocks = append(b.blocks, make([]setEntry, 0, setBlock))
	}
	last := &b.blocks[len(b.blocks)-1]
	*last = append(*last, entryOf(name, place))
	b.size++
}

// place numbers an entry. Lines of one source that follow one another closely
// share an origin.
func (b *setBuilder) place(source string, line int) uint32 {
	const closely = 1 << 8
	if n := len(b.origins); n > 0 {
		o := &b.origins[n-1]
		if o.source == source && line == 0 && o.line == 0 {
			return o.first
		}
		last := o.line + int(b.next-1-o.first)
		if o.source == source && line > last && o.line > 0 && line-last < closely {
			b.next += uint32(line - last)
			return b.next - 1
		}
	}
	b.origins = append(b.origins, origin{first: b.next, line: line, source: strings.Clone(source)})
	b.next++
	return b.next - 1
}

// build returns the set. The builder keeps what it has.
func (b *setBuilder) build() set {
	entries, ends := b.spread()
	start := uint32(0)
	for _, end := range ends {
		slices.SortFunc(entries[start:end], func(a, b setEntry) int {
			if c := cmp.Compare(a.hash(), b.hash()); c != 0 {
				return c
			}
			return cmp.Compare(a.place, b.place)
		})
		start = end
	}
	entries = slices.CompactFunc(entries, func(a, b setEntry) bool { return a.hi == b.hi && a.lo == b.lo })
	return set{entries: entries, origins: slices.Clone(b.origins)}
}

// spread returns the entries with those whose hashes begin alike together, in
// order of that beginning, and where each such run ends. As hashes are spread
// evenly a run is a handful of entries, so that a million are all but sorted by
// being copied twice.
func (b *setBuilder) spread() (entries []setEntry, ends []uint32) {
	const handful = 8
	shift := 32 - min(bits.Len(uint(b.size/handful)), 24)
	ends = make([]uint32, 1<<(32-shift))
	for _, block := range b.blocks {
		for _, e := range block {
			ends[e.hi>>shift]++
		}
	}
	sum := uint32(0)
	for i, n := range ends {
		ends[i] = sum // where the run starts; it ends there when all are in
		sum += n
	}
	entries = make([]setEntry, b.size)
	for _, block := range b.blocks {
		for _, e := range block {
			at := &ends[e.hi>>shift]
			entries[*at] = e
			*at++
		}
	}
	return entries, ends
}
