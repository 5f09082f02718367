package imitation

// maxRatio is how many times the bytes of a page or script that is longer than what is
// read of it may be those that came. Text is a tenth of itself by gzip, tables a fiftieth;
// filler of one letter is a thousandth.
const maxRatio = 100

// Padded reports whether the body is a page or a script with so much filler in it that what
// comes behind cannot be read, and that costs whoever sends it next to nothing: nobody honest
// does. Where no browser says that it asked, a bomb passes like anything else: programs
// that fetch files have bounds of their own.
func (s *Scanner) Padded() bool { return s.padded }

// shownOrRun reports whether a browser shows or runs the body.
func (s *Scanner) shownOrRun() bool {
	switch s.kind {
	case htmlPage, xmlPage:
		return !s.fetched
	case scriptFile:
		return !s.fetched && !s.page.script.style
	}
	return false
}
