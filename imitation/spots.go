package imitation

// A page that quotes Amazon's wording is long and the quotation stands
// anywhere in it; a page to sign in on is short, or has the words at its
// fields. Sizes are in bytes of folded text: a Japanese character has three.
const (
	shortPage = 6000
	nearby    = 900
	maxLabel  = 160 // block of text that may be a label or a button
)

// spots notes where in a text signs were seen, and how far from a field for
// credentials.
type spots struct {
	signs  [maxSigns]spot
	seen   set
	end    int // of the text so far
	field  int // where the last field was; -1 for none
	brand  int // where the brand's word was last seen and nothing excused it; -1
	length int // of that word
	sign   int // of that word
	excuse int // where the last excuse ended; -1

	start  int   // of the block of text at hand
	stop   bool  // the text so far ends in a full stop
	labels []hit // of patterns that count if the block turns out to be short
}

type hit struct{ sign, at, size int }

type spot struct {
	last int32
	near bool
}

func newSpots() *spots { return &spots{field: -1, brand: -1, excuse: -1} }

// hit notes a pattern that ends at a place.
func (s *spots) hit(p *pattern, at int) {
	switch p.where {
	case "brand":
		if s.excuse == at {
			return
		}
		s.settle()
		s.brand, s.length, s.sign = at, p.size, p.sign
	case "excuse":
		if s.brand >= 0 && at-p.size <= s.brand-s.length {
			s.brand = -1
		}
		s.excuse = at
	case "label":
		if at-s.start <= maxLabel {
			s.labels = append(s.labels, hit{p.sign, at, p.size})
		}
	default:
		s.note(p.sign, at)
	}
}

// block ends a block of text. Words of a form in the middle of a sentence are
// talked about.
func (s *spots) block() {
	if n := s.end - s.start; len(s.labels) > 0 && n <= maxLabel && !s.sentence(n) {
		for _, h := range s.labels {
			s.note(h.sign, h.at)
		}
	}
	s.labels, s.start = s.labels[:0], s.end
}

// sentence reports whether a block of n bytes is a sentence about the words
// found in it: it has a full stop, and a third of it or more is none of them.
func (s *spots) sentence(n int) bool {
	words := 0
	for _, h := range s.labels {
		words += h.size
	}
	return s.stop && 3*words < 2*n
}

// settle counts the brand's word: nothing will excuse it any more.
func (s *spots) settle() {
	if s.brand >= 0 {
		s.note(s.sign, s.brand)
		s.brand = -1
	}
}

func (s *spots) note(sign, at int) {
	n := &s.signs[sign]
	s.seen.add(sign)
	n.last = int32(at)
	n.near = n.near || s.field >= 0 && at-s.field <= nearby
}

// credential notes a field for a password or a code at the end of the text.
func (s *spots) credential() {
	s.field = s.end
	for i := range s.signs {
		if s.seen.has(i) && s.end-int(s.signs[i].last) <= nearby {
			s.signs[i].near = true
		}
	}
}

// count adds to found what counts of a text.
func (s *spots) count(found *set) {
	for i := range s.signs {
		if s.seen.has(i) && (s.signs[i].near || s.end <= shortPage) {
			found.add(i)
		}
	}
	near := s.end <= shortPage || s.field >= 0 && max(s.brand-s.field, s.field-s.brand) <= nearby
	if s.brand >= 0 && near {
		found.add(s.sign)
	}
}
