package imitation

// The line of copyright is at the foot of every page of Amazon's, and at the end of each of
// its mails. It is a page's own where it is at the foot of that page and its form.

// footEnd is what may come behind the line, in bytes.
const footEnd = 160

// talked reports whether a sentence, a block of text, talks about the line of
// copyright in it. The line itself has a full stop only where it goes on with "or its
// affiliates. All rights reserved.", and before it years, or links besides.
func (h *hit) talked(start, end int) bool {
	before, behind := h.at+1-h.size-start, end-h.at-1 // h.at is its last byte
	whole := len(". or its affiliates. all rights reserved.")
	return behind > whole || behind < whole-8 && before > len("(c) copyright 1996-2026 ")
}

// atFoot reports whether next to nothing comes behind the line, and a field before it:
// what is above the form is no foot. A field that is put below the foot as a decoy
// changes nothing.
func (s *spots) atFoot(n *spot) bool {
	above := n.shown && s.home.fields && s.home.first >= n.plain
	return !above && s.behind(n) <= footEnd
}

// wording reports whether there are words of a form.
func (s *set) wording() bool {
	for i := s.from(0); i < maxSigns; i = s.from(i + 1) {
		if signs[i].class == "wording" {
			return true
		}
	}
	return false
}

// endsQuoted reports whether words that stand apart from any form come between the last
// field and the line: it ends those, a mail below a log-in, and not the form.
func (s *spots) endsQuoted(loose *set) bool {
	n := &s.signs[copyrightLine]
	for i := loose.from(0); i < maxSigns; i = loose.from(i + 1) {
		if w := &s.signs[i]; signs[i].class == "wording" && signs[i].weight > weak && w.shown && s.home.fields && w.plain > s.home.at && w.plain < n.plain {
			return true
		}
	}
	return false
}
