package imitation

// A page that quotes Amazon's wording is long and the quotation stands
// anywhere in it; a page to sign in on is short, or has the words at its
// fields. Sizes are in bytes of folded text: a Japanese character has three.
const (
	shortPage = 6000
	nearby    = 900
	maxLabel  = 160 // block of text that may be a label or a button
)

// Both are measured twice for words that are seen: with what is not seen, and
// without it, so that no filler sets them apart. Words that are not seen have the
// first measure only.

// spots notes where in a text signs were seen, and how far from a field for
// credentials.
type spots struct {
	signs  [maxSigns]spot
	seen   set
	end    int  // of the text so far
	field  int  // where the last field was; -1 for none
	veiled int  // bytes of the text so far that are not seen
	dim    bool // the text at hand is not seen
	// plainField is field without what is not seen.
	plainField int
	brand      int  // where the brand's word was last seen and nothing excused it; -1
	length     int  // of that word
	sign       int  // of that word
	shown      bool // that word is seen
	excuse     int  // where the last excuse ended; -1
	quote      int  // where in the block at hand a quotation begins; -1

	under     int   // veiled at its start
	start     int   // of the block of text at hand
	stop      bool  // the text so far ends in a full stop
	labels    []hit // of patterns that count if the block turns out to be short
	foot      hit   // the line of copyright in it
	home      home
	logo      bool // the brand's word was a block of its own
	headed    bool // and that above the first field
	said      bool // the block at hand has words of Amazon's
	line      bool // the line of copyright was the start of a block, but for its years
	sentences int  // blocks that are one, and say nothing of Amazon's
	other     bool // something says that the page is somebody else's
	amazon    bool // a line of copyright names Amazon
	link      bool // the text at hand is a link's
	linked    int  // bytes of such text so far that are seen
	footLinks int  // the same, at the line of copyright
}

type hit struct {
	sign, at, size int
	shown          bool
	stand          stand
}

type spot struct {
	last  int32
	plain int32 // the same for the last that is seen, in text that is
	shown bool  // one is
	near  bool
}

func newSpots() *spots { return &spots{field: -1, brand: -1, excuse: -1, quote: -1} }

// hit notes a pattern that ends at a place.
func (s *spots) hit(p *pattern, at int) {
	words := p.where == "label" || p.where == "text"
	if words && s.quote >= 0 && at-s.quote <= maxLabel {
		return
	}
	s.said = s.said || words
	switch p.where {
	case "quote":
		if !s.dim {
			s.quote = at
		}
	case "unquote":
		s.quote = -1
	case "other", "pressed":
		s.other = s.other || !s.dim && (p.where == "other" || s.home.labels > 0)
	case "brand":
		if s.excuse == at {
			return
		}
		s.settle()
		s.brand, s.length, s.sign, s.shown = at, p.size, p.sign, !s.dim
	case "excuse":
		if s.brand >= 0 && at-p.size <= s.brand-s.length {
			s.brand = -1
		}
		s.excuse = at
	case "label":
		if s.dim && at-s.start <= maxLabel || !s.dim && at-s.start-(s.veiled-s.under) <= maxLabel {
			s.labels = append(s.labels, hit{p.sign, at, p.size, !s.dim, s.home.stand(p.sign, at-s.veiled)})
		}
	default:
		if p.sign == copyrightLine {
			s.foot = hit{p.sign, at, p.size, !s.dim, s.home.stand(p.sign, at-s.veiled)}
			return
		}
		s.note(p.sign, at)
	}
}

// block ends a block of text. Words of a form in the middle of a sentence are
// talked about.
func (s *spots) block() {
	n := s.end - s.start
	if unseen := s.veiled - s.under; unseen < n {
		n -= unseen
	}
	if len(s.labels) > 0 && n <= maxLabel && !s.sentence(n) {
		for _, h := range s.labels {
			s.mark(h.sign, h.at, h.shown, h.stand)
		}
	}
	if h := s.foot; h.size > 0 && !(s.stop && h.talked(s.start, s.end)) {
		s.mark(h.sign, h.at, h.shown, h.stand)
		s.footLinks = s.linked
		s.line = h.at+1-h.size-s.start <= len("(c) copyright 1996-2026 ")
	}
	logo := s.brand >= s.start && n > 0 && n <= s.length+len(".co.jp")
	s.logo, s.headed = s.logo || logo, s.headed || logo && !s.home.fields
	if !s.said {
		s.home.other += int32(n)
		if n > 0 && s.stop {
			s.sentences++
		}
	}
	s.labels, s.start, s.under, s.said, s.quote, s.foot = s.labels[:0], s.end, s.veiled, false, -1, hit{}
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
		s.mark(s.sign, s.brand, s.shown, stand{})
		s.brand = -1
	}
}

func (s *spots) note(sign, at int) { s.mark(sign, at, !s.dim, s.home.stand(sign, at-s.veiled)) }

func (s *spots) mark(sign, at int, shown bool, where stand) {
	n := &s.signs[sign]
	s.home.found(sign, where)
	s.seen.add(sign)
	n.last = int32(at)
	n.near = n.near || s.field >= 0 && at-s.field <= nearby
	if shown {
		n.plain, n.shown = int32(at-s.veiled), true
		n.near = n.near || s.field >= 0 && at-s.veiled-s.plainField <= nearby
	}
}

// pass goes on behind n bytes of text.
func (s *spots) pass(n int) {
	s.end += n
	if s.dim {
		s.veiled += n
	} else if s.link {
		s.linked += n
	}
}

// skip goes on behind n bytes of something else that may hold an article.
func (s *spots) skip(n int) { s.end, s.veiled = s.end+n, s.veiled+n }

// credential notes a field for a password or a code at the end of the text.
func (s *spots) credential() {
	s.field, s.plainField = s.end, s.end-s.veiled
	for i := s.seen.from(0); i < maxSigns; i = s.seen.from(i + 1) {
		if n := &s.signs[i]; s.end-int(n.last) <= nearby || n.shown && s.plainField-int(n.plain) <= nearby {
			n.near = true
		}
	}
}

// typed notes a field that text may be typed into, at the end of the text.
func (s *spots) typed() {
	s.home.field(s.end-s.veiled, s.linked)
	for i := s.seen.from(0); i < maxSigns; i = s.seen.from(i + 1) {
		if n := s.home.of(i); owned(i) && !n.own {
			n.own, n.near = s.home.whose(*n, i)
		}
	}
}

// count adds to found what counts of a text.
func (s *spots) count(text *said, typed bool) {
	plain := s.end - s.veiled
	blank := !typed && plain <= smallPage
	for i := s.seen.from(0); i < maxSigns; i = s.seen.from(i + 1) {
		n := &s.signs[i]
		switch {
		case !n.near && s.end > shortPage && (!n.shown || plain > shortPage):
		case i == copyrightLine && !s.atFoot(n):
			text.loose.add(i)
		case !owned(i) || s.home.of(i).own || blank && s.home.of(i).quotes == 0:
			text.own.add(i)
		default:
			if s.home.of(i).near {
				text.near.add(i)
			}
			text.loose.add(i)
		}
	}
	text.mail = text.mail || text.own.has(copyrightLine) && !s.headed && s.endsQuoted(&text.loose)
	text.logo = text.logo || s.logo
	text.alone = text.alone || s.within(loginPage)
	text.small = text.small || s.within(smallPage)
	text.line = text.line || s.line
	text.other = text.other || s.other
	text.holds = text.holds || s.amazon
	text.code = text.code || s.amazonsCode()
	text.close = text.close || text.own.has(copyrightLine) && s.closes()
	found := &text.own
	near := s.end <= shortPage || s.shown && plain <= shortPage || s.field >= 0 && max(s.brand-s.field, s.field-s.brand) <= nearby
	if s.brand >= 0 && near {
		found.add(s.sign)
	}
}

// behind returns how much text comes after a sign: after the last that is seen, if
// one is, text that is seen.
func (s *spots) behind(n *spot) int {
	if n.shown {
		return s.end - s.veiled - int(n.plain)
	}
	return s.end - int(n.last)
}

func (s *spots) open(name string) { s.home.open(name, s.end-s.veiled) }

func (s *spots) close(name string) { s.home.close(name, s.end-s.veiled) }
