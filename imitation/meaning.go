package imitation

import "bytes"

func (s *script) hit(n uint16, at int) {
	p := &phrases.patterns[n]
	if s.mute || p.where == "quote" || p.where == "unquote" {
		return
	}
	switch p.where {
	case "key":
		s.key()
		return
	case "called":
		// What is called connectTitle is one of several.
		if before := at - p.size; before < 0 || !letter(s.text[before]) {
			s.titled = s.total + at + 1
		}
		return
	}
	if p.where == "script" {
		s.marks(p, at)
		return
	}
	if s.spots == nil {
		s.spots = newSpots()
	}
	s.coded = s.coded || s.decodes
	end := s.total + at
	data := s.data()
	if p.where == "label" {
		h := hit{sign: p.sign, at: end, size: p.size}
		switch {
		case data && end-p.size-s.quoted > maxLead:
		case len(s.labels) < maxLabels:
			s.labels = append(s.labels, h)
		case !data:
			s.countLabel(h)
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
func (s *script) marks(p *pattern, at int) {
	sign, end := p.sign, s.total+at+1
	if signs[sign].class == "title" {
		if s.titled == 0 || end-p.size-s.titled > maxTitled {
			return // a text among others
		}
		s.labels = s.labels[:0] // the same words are no label too
	}
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

// maxTitled is how many bytes stand between the word title in a script and the text
// that is one: .title=", title:" and "title",{children:".
const maxTitled = 24

// maxLabels bounds the labels in one string.
const maxLabels = 16

// endLabels counts the labels in a string that ends behind p: those of one
// that is half other words, or a sentence, are talked about. A long one of a program is
// markup, or data in a string, if it is no sentence.
func (s *script) endLabels(p []byte) {
	if len(s.labels) == 0 {
		return
	}
	words, length := 0, s.total-s.quoted-1
	for _, h := range s.labels {
		words += h.size
	}
	sentence := bytes.HasSuffix(p, []byte("。")) || bytes.HasSuffix(p, []byte(`\u3002`))
	long := length > maxLabel && !s.data() && !sentence && !bytes.HasSuffix(p, []byte("."))
	if long || 2*words >= length && !sentence {
		s.countLabels()
	}
	s.labels = s.labels[:0]
}

func (s *script) countLabels() {
	for _, h := range s.labels {
		s.countLabel(h)
	}
	s.labels = s.labels[:0]
}

func (s *script) countLabel(h hit) {
	s.spots.note(h.sign, h.at)
	if s.page != nil && s.page.kind == jsonData && !s.brief {
		s.state.add(h.sign)
		return
	}
	if s.shape != nil {
		s.shape.say(h.sign)
	}
	if !s.brief {
		s.keeps(h.sign, h.at-h.size)
	}
}

// data reports whether the script at hand is nothing but data.
func (s *script) data() bool { return s.brief || s.page != nil && s.page.kind == jsonData }

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
