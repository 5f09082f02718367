package imitation

// maxRatio is how many times the bytes of a page that is longer than what is read of it
// may be those that came, where there is next to nothing to see in it.
const maxRatio = 100

// Padded reports whether the body is a page with so much filler in it that what comes behind
// cannot be read: blanks, comments, text that is not seen, which cost whoever sends them next
// to nothing. Long reports and tables of machines compress as well as that, but show it; a
// page that holds data for a script says so; and downloads are no pages. Where no browser
// says that it asked, a bomb passes like anything else: programs that fetch files have bounds
// of their own.
func (s *Scanner) Padded() bool { return s.padded }

// empty reports whether a browser shows the body, and there is next to nothing in it so far.
func (s *Scanner) empty() bool {
	return s.browsed && s.shown && !s.fetched && !s.download && s.kind == htmlPage && s.page != nil &&
		s.page.veil.shown <= smallPage && s.page.script.all <= maxState
}

// maxState is how much script such a page has at the most.
const maxState = 1 << 20
