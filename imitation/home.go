package imitation

import "slices"

// How far from a field, in bytes of folded text, words may stand that belong to
// it: in its form, outside of any form, and beside the form.
const (
	sameForm  = 400
	noForm    = 150
	besideIt  = 250
	between   = 160 // of other words, in its form
	nextTo    = 80  // and beside it
	smallPage = 1500 // without a field: what a script may fill in
)

// home tells which words belong to a form and which are talked about beside it:
// news, lessons and lists of test cases quote Amazon's wording on pages that
// have a log-in of their own.
type home struct {
	group  int  // number of the form, or of the stretch between two
	form   bool // one is open
	quotes int  // lists, tables and the like that are open
	labels int  // elements that name a field or are pressed
	part   int  // number of the stretch between two ends of sections
	fields bool // one was seen
	other  int  // bytes of blocks so far that say nothing of Amazon's

	// Of the last field: where it was.
	at, in, depth, under int
	others               int
	inForm               bool
	end                  int // of the last form that had one, in text
}

// quoting are the elements that a quotation is set in. All have an end tag.
var quoting = index("ul ol dl table pre blockquote figure details")

// sections are the elements whose parts have nothing to do with each other. A page
// begins anew with its first heading.
var sections = index("header footer nav aside article main section dialog h1")

// naming are the elements whose text is the name of a field, or what is pressed.
var naming = index("label button legend")

func (h *home) open(name string, at int) {
	switch {
	case name == "form":
		h.edge(true, at)
	case quoting[name]:
		h.quotes++
	case sections[name]:
		h.part++
	case naming[name]:
		h.labels++
	}
}

func (h *home) close(name string, at int) {
	switch {
	case name == "form":
		h.edge(false, at)
	case quoting[name]:
		h.quotes = max(0, h.quotes-1)
	case sections[name] && name != "h1":
		h.part++
	case naming[name]:
		h.labels = max(0, h.labels-1)
	}
}

// edge begins or ends a form. One that ends had a beginning, though what was unpacked
// may lack it.
func (h *home) edge(form bool, at int) {
	if h.in == h.group && (h.form || !form) {
		h.end, h.inForm, h.others = at, true, h.other
	}
	h.group, h.form, h.labels = h.group+1, form, 0
}

// field notes a field that text may be typed into.
func (h *home) field(at int) {
	h.fields, h.inForm = true, h.form
	h.at, h.in, h.depth, h.under, h.others = at, h.group, h.quotes, h.part, h.other
	h.end = at
}

// stand is where words were seen last.
type stand struct {
	group, quotes, part, at int
	other                   int
	own                     bool // they belong to a form
}

// stand returns where words stand, and whether it is known by what came before that
// they belong to a form.
func (h *home) stand(sign, at int) stand {
	s := stand{group: h.group, quotes: h.quotes, part: h.part, at: at, other: h.other}
	s.own = h.labels > 0 || h.fields && h.belongs(s, sign)
	return s
}

// belongs reports whether words belong to the last field.
func (h *home) belongs(s stand, sign int) bool {
	if s.quotes > h.depth {
		return false
	}
	if signs[sign].class == "legal" {
		return true
	}
	far := max(s.at-h.at, h.at-s.at)
	other := max(s.other-h.others, h.others-s.other)
	switch {
	case s.group == h.in:
		return other <= between && (far <= noForm || h.inForm && far <= sameForm)
	case !h.inForm || !beside[sign] || s.part != h.under || other > nextTo && !(lures[sign] && other <= between):
		return false
	case s.group == h.in-1:
		return far <= besideIt
	case s.group == h.in+1:
		return s.at-h.end <= besideIt
	}
	return false
}

// beside are the words that Amazon's pages have above or below of the form.
var beside = func() (t [maxSigns]bool) {
	for i, s := range signs {
		t[i] = s.class == "wording" && s.name != "email-or-phone" && s.name != "mail-or-phone"
	}
	return t
}()

// lures are those that a pretext follows before the form begins.
var lures = func() (t [maxSigns]bool) {
	for _, name := range []string{"account-lure", "prime-lure", "prime-notice", "payment-problem", "protect-account", "seller-account"} {
		t[known(name)] = true
	}
	return t
}()

// owned are the signs that count as much as they belong to a form.
var owned = func() (t [maxSigns]bool) {
	for i, s := range signs {
		t[i] = s.class == "wording" || s.class == "legal"
	}
	return t
}()

// said is what the text of a response says.
type said struct {
	own   set // at a form, or where it need not stand at one
	loose set // elsewhere
}

// all returns what counts of it: what stands elsewhere does if the form is made of
// Amazon's words or code itself.
func (s *said) all(found *set) set {
	all := s.own
	if strong(&s.own, "wording") || strong(found, "field", "id", "look", "asset", "origin", "relay", "redirect") {
		all.join(&s.loose)
		return all
	}
	for i := range signs {
		if s.loose.has(i) && owned[i] {
			all.add(quotedWords)
		}
	}
	return all
}

// data adds what the scripts of a page say. What it shows already is that
// once more, and beside much that is shown it is data of that.
func (s *said) data(script *set, shown bool) {
	for i := range signs {
		switch {
		case !script.has(i):
		case owned[i] && (shown || s.loose.has(i)):
			s.loose.add(i)
		default:
			s.own.add(i)
		}
	}
}

// firm is the weight from which a sign says that a form is Amazon's, or made to look so.
const firm = 25

func strong(s *set, classes ...string) bool {
	for i := range signs {
		if s.has(i) && signs[i].weight >= firm && slices.Contains(classes, signs[i].class) {
			return true
		}
	}
	return false
}

var quotedWords = known("quoted-words")
