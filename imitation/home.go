package imitation

// How far from a field, in bytes of folded text, words may stand that belong to
// it: in its form, outside of any form, and beside the form.
const (
	sameForm  = 400
	noForm    = 150
	besideIt  = 250
	between   = 160  // of other words, in its form
	nextTo    = 80   // and beside it
	footNote  = 400  // the terms that are agreed to
	smallPage = 1500 // without a field: what a script may fill in
)

// home tells which words belong to a form and which are talked about beside it:
// news, lessons and lists of test cases quote Amazon's wording on pages that
// have a log-in of their own.
type home struct {
	group  int32 // number of the form, or of the stretch between two
	quotes int32 // lists, tables and the like that are open
	labels int32 // elements that name a field or are pressed
	part   int32 // number of the stretch between two ends of sections
	other  int32 // bytes of blocks so far that say nothing of Amazon's
	form   bool  // one is open
	fields bool  // one was seen
	slots  bool  // what stands beside the form is put into it

	// Of the last field: where it was.
	at, in, depth, under, others int32
	links                        int32 // bytes of links before it
	inForm                       bool
	first                        int32 // where the first one was
	end                          int32 // of the last form that had one, in text

	stands [maxOwned]stand // by slot
	frames []stand         // whose documents come by themselves
}

// role is what an element means for the words in it.
type role uint8

const (
	anyRole  role = iota
	quoting       // a quotation is set in it; all have an end tag
	section       // its text has nothing to do with that around it
	naming        // its text is the name of a field, or what is pressed
	formRole      // a form
	starting      // a page begins anew with its first heading
)

func roleOf(name string) role {
	switch name {
	case "ul", "ol", "dl", "table", "pre", "blockquote", "figure", "details":
		return quoting
	case "header", "footer", "nav", "aside", "article", "main", "section", "dialog":
		return section
	case "label", "button", "legend":
		return naming
	case "form":
		return formRole
	case "h1":
		return starting
	}
	return anyRole
}

func (h *home) open(name string, at int) {
	switch roleOf(name) {
	case formRole:
		h.edge(true, at)
	case quoting:
		h.quotes++
	case section, starting:
		h.part++
	case naming:
		h.labels++
	}
}

func (h *home) close(name string, at int) {
	switch roleOf(name) {
	case formRole:
		h.edge(false, at)
	case quoting:
		h.quotes = max(0, h.quotes-1)
	case section:
		h.part++
	case naming:
		h.labels = max(0, h.labels-1)
	}
}

// edge begins or ends a form. One that ends had a beginning, though what was unpacked
// may lack it.
func (h *home) edge(form bool, at int) {
	if h.in == h.group && (h.form || !form) {
		h.end, h.inForm, h.others = int32(at), true, h.other
	}
	h.group, h.form, h.labels = h.group+1, form, 0
}

// field notes a field that text may be typed into.
func (h *home) field(at, links int) {
	if !h.fields {
		h.first = int32(at)
	}
	h.fields, h.inForm = true, h.form
	h.at, h.in, h.depth, h.under, h.others = int32(at), h.group, h.quotes, h.part, h.other
	h.end, h.links = int32(at), int32(links)
}

// stand is where words were seen last.
type stand struct {
	group, quotes, part, at, other int32
	own, near                      bool // they belong to a form; or stand right above or below one
}

// stand returns where words stand, and whether it is known by what came before that
// they belong to a form.
func (h *home) stand(sign, at int) stand {
	s := h.here(at)
	if h.fields {
		s.own, s.near = h.whose(s, sign)
	}
	s.own = s.own || h.labels > 0
	return s
}

// here is a place in the text.
func (h *home) here(at int) stand {
	return stand{group: h.group, quotes: h.quotes, part: h.part, at: int32(at), other: h.other}
}

// whose reports whether words belong to the last field, and whether they stand right
// above or below of its form: what leads to a form does belong to it.
func (h *home) whose(s stand, sign int) (own, near bool) {
	if !h.belongs(s, sign) {
		return s.own, s.near
	}
	own = h.slots || s.group == h.in || lures[sign] && s.group < h.in || signs[sign].class == "legal"
	return own, s.near || !own
}

// belongs reports whether words belong to the last field.
func (h *home) belongs(s stand, sign int) bool {
	if s.quotes > h.depth {
		return false
	}
	far := max(s.at-h.at, h.at-s.at)
	other := max(s.other-h.others, h.others-s.other)
	if signs[sign].class == "legal" {
		return sign == copyrightLine || far <= footNote && other <= footNote
	}
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
	for _, name := range []string{"account-lure", "prime-lure", "prime-notice", "payment-problem", "protect-account", "seller-lure", "two-step-lure"} {
		t[known(name)] = true
	}
	return t
}()

// maxOwned is the room for signs that count as much as they belong to a form.
const maxOwned = 64

// slots are their places, 0 for other signs.
var slots = func() (t [maxSigns]uint8) {
	n := uint8(1)
	for i, s := range signs {
		if s.class == "wording" || s.class == "legal" {
			t[i] = n
			n++
		}
	}
	if n > maxOwned {
		panic("imitation: signs.tsv has more words of forms than there is room for")
	}
	return t
}()

func owned(sign int) bool { return slots[sign] != 0 }

// found notes where words were seen last. Once they belonged to a form, they do.
func (h *home) found(sign int, where stand) {
	if n := slots[sign]; n != 0 {
		where.own, where.near = where.own || h.stands[n].own, where.near || h.stands[n].near
		h.stands[n] = where
	}
}

// of returns where words of a sign stand.
func (h *home) of(sign int) *stand { return &h.stands[slots[sign]] }
