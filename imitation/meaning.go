package imitation

import "bytes"

func (s *script) hit(n uint16, at int) {
	p := &phrases.patterns[n]
	if s.mute {
		return
	}
	switch p.where {
	case "quote", "unquote", "other", "pressed":
		return
	case "key":
		s.key()
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
	sign := p.sign
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
	words.apart()
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

// apart leaves of the words that a script has what may be a part of a page, if none is a
// label that only the sign-in has, or its terms. A tool for sellers has the names of
// Amazon's pages among its own, and titles, menus and messages to its users that say what
// may be wrong with an account of theirs: as many as a copy has.
func (s *set) apart() {
	if s.any(emailOrPhone, mailOrPhone, newCustomer, trustBrowser, otpSent, copyrightLine, termsLine) {
		return
	}
	words := *s
	for i := s.from(0); i < maxSigns; i = s.from(i + 1) {
		if signs[i].class == "wording" {
			s.remove(i)
		}
	}
	if words.wording() {
		s.add(quotedWords)
		s.part(&words)
	}
}
