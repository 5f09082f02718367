package guard

import (
	"bytes"
	"slices"
)

// Of the fields around a protected ID the nearest are kept in full, however short,
// because a page may cut a password over two or three of them.
const (
	scrapsBefore = 4
	scrapsAfter  = 12
	maxJoins     = 8 // candidates made of them
	maxScrap     = 64
)

// scrap is a field by its value alone.
type scrap struct {
	v  []byte
	at int
}

// scraps are the latest fields, and once an ID is found those behind it too.
type scraps struct {
	before [scrapsBefore]scrap // a ring
	n      int                 // put there in all
	after  []scrap
	off    bool // nothing is kept
}

func (s *scraps) add(v []byte, at int, found bool) {
	switch {
	case s.off:
	case !found:
		s.before[s.n%scrapsBefore] = scrap{v, at}
		s.n++
	case len(s.after) < scrapsAfter:
		s.after = append(s.after, scrap{v, at})
	}
}

// list returns them in order.
func (s *scraps) list() []scrap {
	if s.n <= scrapsBefore {
		return slices.Concat(s.before[:s.n], s.after)
	}
	at := s.n % scrapsBefore
	return slices.Concat(s.before[at:], s.before[:at], s.after)
}

// joinScraps returns what two and three neighbours spell together, those
// nearest to the first ID first; and lone numbers, which JSON may have a password as.
func (r *reader) joinScraps() (out []value) {
	all := r.scraps.list()
	id := 0
	if len(r.knownIDs) > 0 {
		id = r.knownIDs[0].at
	}
	all = slices.DeleteFunc(all, func(s scrap) bool {
		return slices.ContainsFunc(r.knownIDs, func(k value) bool { return k.at == s.at })
	})
	far := func(s scrap) int { return max(s.at-id, id-s.at) }
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return far(all[a]) - far(all[b]) })
	for _, i := range order {
		if v := all[i].v; len(v) >= minPassword && plausible(v) && whole(v) {
			out = append(out, value{v: v, at: all[i].at})
		}
		var joined []byte
		for n := 0; n < 3 && i+n < len(all) && len(out) < maxJoins && isPiece(all[i+n].v); n++ {
			joined = append(joined, all[i+n].v...)
			if n > 0 && plausible(joined) && len(joined) <= maxScrap {
				out = append(out, value{v: joined, at: all[i].at})
			}
		}
	}
	return out[:min(len(out), maxJoins)]
}

// isPiece reports whether v may be a piece of a password: no text, and not what is whole
// by itself, as an address, an identifier or a time.
func isPiece(v []byte) bool {
	return bytes.IndexByte(v, ' ') < 0 && (len(v) < minPassword || !machineMade(v) && !email(v))
}

// whole reports whether v is a number without a point.
func whole(v []byte) bool {
	return !bytes.ContainsFunc(v, func(c rune) bool { return c < '0' || c > '9' })
}
