package imitation

// A page says whose it is in any language: by the name in its title, and by the line of
// copyright that ends it. Where it is small, and asks for a password, a code, a card or
// a day of birth right above that line, no word in between has to be known. Who invites
// sellers to a seminar has the title and the line too, above fields for a name.

// claimed reports whether a page is so. text is what counts of its own.
func (f *findings) claimed(found, text *set, close bool) bool {
	return f.named && close && text.has(copyrightLine) &&
		(found.any(passwordField, codeField, cardField) || found.any(openField, nameField) && text.any(cardLabel, birthLabel))
}

// loginPage is how much a page has to read that is a log-in and nothing else, in bytes of
// folded text. A board of a forum has more, and so has a blog.
const loginPage = 600

// owned reports whether such a page asks for a password or a code under the whole of Seller
// Central's name, Amazon's in it, for its title. A tool's page has its own name there too.
func (f *findings) owned(found *set, alone bool) bool {
	return f.central && alone && found.any(passwordField, codeField)
}

// closes reports whether the line of copyright stands right below the last field of a
// small page: a mail that ends in it, shown below a log-in, has more to say.
func (s *spots) closes() bool {
	n := &s.signs[copyrightLine]
	return n.shown && s.within(smallPage) && n.plain-s.home.at <= sameForm
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

var titleNamed, titleOwned, birthLabel = known("title-named"), known("title-owned"), known("birth-label")
