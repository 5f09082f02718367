package imitation

import "slices"

// said is what the text of a response says.
type said struct {
	own   set  // at a form, or where it need not stand at one
	near  set  // right above or below a form: a heading of a how-to may stand there too
	loose set  // elsewhere
	quote set  // in data that quotes
	logo  bool // the brand's word stands by itself
	alone bool // the page has a field, and next to nothing else
	small bool // it has a field, and little else
	close bool // the line of copyright ends a small page, right below its fields
	other bool // something says that the page is somebody else's (other.go)
	holds bool // a line of copyright names Amazon
	line  bool // that line begins a block
	code  bool // the words for a code say that it is Amazon's
	mail  bool // the line of copyright ends words that stand elsewhere, and no name of Amazon's is the page's own
}

// all returns what counts of it: what stands elsewhere does if the form is made of
// Amazon's words or code itself.
func (s *said) all(found *set) set {
	if s.mail && !s.own.wording() && !s.near.wording() && !found.has(titleWhole) {
		s.own.remove(copyrightLine)
		s.loose.add(copyrightLine)
	}
	if s.other { // and has another at its foot, or a mail that has this one
		s.loose.remove(copyrightLine)
	}
	claims := s.logo || s.own.any(copyrightLine, termsLine) || strong(found, "title")
	all := s.own
	if claims {
		all.join(&s.near)
	}
	if strong(&all, "wording") || strong(found, "field", "id", "look", "asset", "origin", "relay", "redirect") {
		all.join(&s.loose)
		return all
	}
	apart := s.loose
	apart.join(&s.quote)
	for i := apart.from(0); i < maxSigns; i = apart.from(i + 1) {
		if owned(i) {
			all.add(quotedWords)
		}
	}
	return all
}

// data adds what the scripts of a page say. What it shows already is that
// once more, and beside much that is shown it is data of that.
func (s *said) data(script *set, shown bool) {
	for i := script.from(0); i < maxSigns; i = script.from(i + 1) {
		if owned(i) && (shown || s.loose.has(i) || s.quote.has(i)) {
			s.loose.add(i)
		} else {
			s.own.add(i)
		}
	}
}

// firm is the weight from which a sign says that a form is Amazon's, or made to look so.
const firm = 25

func strong(s *set, classes ...string) bool {
	for i := s.from(0); i < maxSigns; i = s.from(i + 1) {
		if signs[i].weight >= firm && slices.Contains(classes, signs[i].class) {
			return true
		}
	}
	return false
}

var quotedWords = known("quoted-words")
