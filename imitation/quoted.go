package imitation

// key takes note of a key that data has which is text to read: the lines of a file,
// a mail, an error. Such data is a response of its own, or in the page that shows it;
// there nothing more of it is looked at.
func (s *script) key(sign int) {
	switch {
	case s.brief:
		s.seen.add(sign)
	case s.page != nil && s.page.kind == jsonData:
		s.mute = true
	}
}

// quote leaves of data that is text to read what says that it quotes Amazon. A code
// host has the copies that are kept in its repositories, a mailbox those that came by
// mail, and neither is one.
func (s *set) quote() {
	said := false
	for i := s.from(0); i < maxSigns; i = s.from(i + 1) {
		switch signs[i].class {
		case "form", "brand", "excuse", "relay", "redirect", "path", "kit":
			continue
		}
		said = true
		s.remove(i)
	}
	if said {
		s.add(quotedWords)
	}
}

var textData = known("text-data")
