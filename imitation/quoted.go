package imitation

import "strings"

// written reports whether a type is that of what people write, to each other or in a
// table: the source of a mail, notes, appointments. Like a list of records it quotes.
func written(contentType string) bool {
	t := strings.ToLower(strings.TrimSpace(contentType))
	for _, kind := range []string{"message/", "text/markdown", "text/x-markdown", "text/csv", "text/calendar"} {
		if strings.HasPrefix(t, kind) {
			return true
		}
	}
	return false
}

// key takes note of a key of the data in a page that says that what follows is text to
// read: the lines of a file, a mail, an error. Nothing more of that data is looked at.
// Data that comes by itself is told by its shape.
func (s *script) key() {
	if s.page != nil && s.page.kind == jsonData {
		s.mute = true
	}
}

// quote leaves of data that quotes Amazon what may be a part of a page that is a copy
// by itself: a code host has the copies that are kept in its repositories, a mailbox
// those that came by mail, and neither is one.
func (s *set) quote() {
	said := *s
	for i := range s {
		said[i] &^= namesOnly[i]
		s[i] &= namesOnly[i]
	}
	if said != (set{}) {
		s.add(quotedWords)
		s.part(&said)
	}
}

// namesOnly are the signs that data has which quotes, as others have.
var namesOnly = func() (s set) {
	for i := range signs {
		switch signs[i].class {
		case "form", "brand", "excuse", "relay", "redirect", "path", "kit":
			s.add(i)
		}
	}
	s.add(partWords)
	s.add(partLegal)
	return s
}()
