package imitation

// A page says whose it is in any language: by the name in its title, and by the line of
// copyright that ends it. Where it is small, and asks for a password, a code, a card or
// a day of birth right above that line, no word in between has to be known. Who invites
// sellers to a seminar has the title and the line too, above fields for a name. Above a
// card the line says enough, if it begins its block: below a log-in it may end a mail
// that is shown there, and nobody pays in a mailbox.

// claimed reports whether a page is so. text is what counts of its own.
func (f *findings) claimed(found, text *set, s *said) bool {
	open := found.any(openField, nameField)
	pays := found.has(cardField) || open && text.has(cardLabel)
	bare := f.bare.amazon
	return s.close && !s.other && text.has(copyrightLine) &&
		(pays && s.line && (bare || !f.named) || bare && (found.any(passwordField, codeField) || open && text.has(birthLabel)))
}

// closes reports whether the line of copyright stands right below the last field of a
// small page, or behind the links of a foot: a mail that ends in it, shown below a log-in, has
// more to say.
func (s *spots) closes() bool {
	n := &s.signs[copyrightLine]
	return n.shown && s.within(smallPage) && n.plain-s.home.at-(int32(s.footLinks)-s.home.links) <= sameForm
}

// amazonsCode reports whether the words for a code and the brand's were seen no further
// from each other than the words of a label.
func (s *spots) amazonsCode() bool {
	if !s.seen.has(otpSent) {
		return false
	}
	far := func(at int) int { return max(at-int(s.signs[otpSent].last), int(s.signs[otpSent].last)-at) }
	return s.brand >= 0 && far(s.brand) <= maxLabel || s.seen.has(brandWord) && far(int(s.signs[brandWord].last)) <= maxLabel
}

// within reports whether a page has a field, and no more to read than most.
func (s *spots) within(most int) bool { return s.home.fields && s.end-s.veiled <= most }

// branded reports whether the brand's word is there.
func (s *set) branded() bool {
	for i := s.from(0); i < maxSigns; i = s.from(i + 1) {
		if signs[i].class == "brand" {
			return true
		}
	}
	return false
}

var titleNamed, birthLabel = known("title-named"), known("birth-label")
