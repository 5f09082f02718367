package imitation

import "bytes"

func (s *script) hit(n uint16, at int) {
	p := &phrases.patterns[n]
	if s.mute || p.where == "quote" || p.where == "unquote" {
		return
	}
	if p.where == "key" {
		s.key()
		return
	}
	if p.where == "script" {
		s.marks(p.sign, at)
		return
	}
	if s.spots == nil {
		s.spots = newSpots()
	}
	s.coded = s.coded || s.decodes
	end := s.total + at
	data := s.brief || s.page != nil && s.page.kind == jsonData
	if p.where == "label" {
		switch {
		case !data:
			if s.shape != nil {
				s.shape.say(p.sign)
			}
			s.spots.note(p.sign, end)
			s.keeps(p.sign, end-p.size)
		case end-p.size-s.quoted <= maxLead && len(s.labels) < maxLabels:
			s.labels = append(s.labels, hit{sign: p.sign, at: end, size: p.size})
		}
		return
	}
	if data && !s.brief && end-p.size-s.quoted <= maxLead && p.where != "excuse" {
		s.state.add(p.sign)
	}
	if s.brief && end-p.size-s.quoted > maxLead {
		return
	}
	if s.shape != nil {
		s.shape.say(p.sign)
	}
	if p.sign == copyrightLine {
		s.spots.note(p.sign, end)
		return
	}
	s.spots.hit(p, end)
}

// marks takes note of what means something in scripts only, and ends at a place of the
// text at hand.
func (s *script) marks(sign, at int) {
	s.seen.add(sign)
	if s.shape != nil {
		s.shape.say(sign)
	}
	switch {
	case sign == storageWrite:
		s.stores(at)
	case sign == shuffledNames && s.page != nil && !s.style:
		s.shuffled.on = true
	case sign == charCodes && s.page != nil && s.page.level < maxLevel && s.pack.quote == 0:
		s.pack.begin(')', inCodes)
		s.pack.from = at + 1
	}
}

// maxLabels bounds the labels in one string of data.
const maxLabels = 16

// endLabels counts the labels in a string of data that ends behind p: those of one
// that is half other words, or a sentence, are talked about.
func (s *script) endLabels(p []byte) {
	if len(s.labels) == 0 {
		return
	}
	words, length := 0, s.total-s.quoted-1
	for _, h := range s.labels {
		words += h.size
	}
	if 2*words >= length && !bytes.HasSuffix(p, []byte("。")) && !bytes.HasSuffix(p, []byte(`\u3002`)) {
		s.countLabels()
	}
	s.labels = s.labels[:0]
}

func (s *script) countLabels() {
	for _, h := range s.labels {
		s.spots.note(h.sign, h.at)
		switch {
		case !s.brief:
			s.state.add(h.sign)
		case s.shape != nil:
			s.shape.say(h.sign)
		}
	}
	s.labels = s.labels[:0]
}

// words adds to found what the strings say. The brand's word alone is in every
// list of carriers and every icon font; it counts beside other words of
// Amazon's.
func (s *script) words(found *set) {
	if s.spots == nil {
		return
	}
	t := s.tells()
	words := t.words
	words.join(&t.brand)
	said := t.seen
	said.join(&words)
	if said.says() {
		found.join(&words)
	}
}

// says reports whether there is a sign that means more than the name.
func (s *set) says() bool {
	for i := range signs {
		switch signs[i].class {
		case "form", "brand", "excuse":
		default:
			if signs[i].weight > weak && s.has(i) {
				return true
			}
		}
	}
	return false
}
