package imitation

import "bytes"

// shape follows JSON and tells data that is the words of a page from data that
// quotes them. A mailbox, a chat, a list of tickets get what people wrote as data,
// and what they write may be Amazon's sign-in word by word. No list of keys tells
// that: what does is how the words are held.
//
//   - A page that a bundle draws gets its words as a dictionary: an object that
//     names each, with nothing in it but texts and other objects. Three of Amazon's
//     in one make it one.
//   - Or it gets its markup, and nothing else that anybody could read, and there are
//     fields in it.
//   - Or what describes a form (described.go).
//   - What people wrote comes in lists, or as a record: beside a number, a date, an
//     address, or another text.
type shape struct {
	open   []holder
	beyond int    // how many more are open
	quoted bool   // in a string
	nature nature // of that string
	said   bool   // that string has words of Amazon's
	room   [2 * natureHead]byte

	texts, pages, listed int // strings of the value at hand: to read, of a page, and in a list
	tagged               int // of a page, and such that anybody could read them

	data   bool // there was a value
	markup bool // there was one with markup, and nothing else to read
	own    bool // there was one with words of a page, or something that is no data

	inScript bool // what names the data is part of it, and no guard
	calling
	described
}

// holder is an object or a list that is open.
type holder struct {
	list   bool
	tuple  bool // a list that begins with a text, and is not in anything: a message's
	listed bool // it is in a list
	record bool // it has something that no dictionary has
	key    bool // a key is next
	labels int  // texts with words of Amazon's, those of objects in it too
	place
}

const (
	maxDeep    = 64 // objects and lists in one another that are told apart
	dictionary = 3  // words of Amazon's
)

// top returns what holds the value at hand; nil outside of any.
func (h *shape) top() *holder {
	if len(h.open) == 0 || h.beyond > 0 {
		return nil
	}
	return &h.open[len(h.open)-1]
}

// say notes that the string at hand has words of a sign.
func (h *shape) say(sign int) {
	switch signs[sign].class {
	case "title", "wording", "legal":
		h.said = h.said || signs[sign].weight > weak
		h.own = h.own || h.inScript && !h.quoted
		h.legal = h.legal || signs[sign].class == "legal" && signs[sign].weight > weak
	}
}

// between reads what is outside of strings.
func (h *shape) between(p []byte) {
	t := h.top()
	for _, b := range p {
		if h.program() {
			return
		}
		switch {
		case b == ',':
			if t != nil {
				t.key = !t.list
			}
		case b == ':':
			if t != nil {
				t.key = false
			}
		case blank(b):
		case b == '{' || b == '[':
			h.enter(b == '[')
			t = h.top()
		case len(h.open) == 0 && h.inScript:
			h.name(b)
		case len(h.open) == 0: // a guard against scripts of other sites, such as )]}' and while(1);
		case b == '}' || b == ']':
			h.leave()
			t = h.top()
		case !inScalar[b]:
			h.own = true
		case t != nil:
			t.record = true
		}
	}
}

// inScalar has the bytes of numbers, true, false and null.
var inScalar = func() (t [256]bool) {
	for _, b := range []byte("0123456789+-.Etruefalsn") {
		t[b] = true
	}
	return t
}()

func (h *shape) enter(list bool) {
	if len(h.open) == maxDeep {
		h.beyond++
		return
	}
	n := holder{list: list, key: !list}
	t := h.top()
	if t == nil {
		h.described.begin()
	}
	n.place = h.described.enter(t, list)
	if t != nil {
		n.listed = t.listed || t.list && !t.tuple
		t.record = t.record || list
	} else {
		h.texts, h.pages, h.tagged, h.listed, h.data = 0, 0, 0, 0, true
		h.names(true)
	}
	h.open = append(h.open, n)
}

func (h *shape) leave() {
	if h.beyond > 0 {
		h.beyond--
		return
	}
	n := len(h.open) - 1
	t := h.open[n]
	h.open = h.open[:n]
	if !t.list && !t.listed && !t.record {
		h.own = h.own || t.labels >= dictionary
		if n > 0 {
			h.open[n-1].labels += t.labels
		}
	}
	h.described.leave(t.place)
	if n == 0 && h.described.whole() {
		h.own = true
	}
	if n == 0 && h.pages > 0 && h.texts == 0 && h.listed == 0 {
		h.markup = h.markup || h.tagged == h.pages
		h.own = h.own || h.tagged < h.pages
	}
}

// edge reads a quote: before it is what came since the last one, behind it what
// there is.
func (h *shape) edge(before, behind []byte) {
	if h.quoted {
		h.end()
		return
	}
	h.between(before)
	h.begin(behind[:min(len(behind), natureHead)])
}

// waits reports whether the string that begins p, at a quote, may go on so that its
// start tells something else.
func (h *shape) waits(p []byte) bool {
	return !h.quoted && !h.program() && len(p) <= natureHead && bytes.IndexByte(p[1:], '"') < 0
}

// begin begins a string, whose start is head.
func (h *shape) begin(head []byte) {
	h.quoted, h.said = true, false
	t := h.top()
	if t != nil {
		h.described.word(t, head)
	}
	switch {
	case t != nil && t.listed && h.texts > 0: // it makes no difference any more
		h.nature = wordText
	case t == nil || !t.key:
		h.nature = natureOf(head, h.room[:0])
	case counted(head):
		h.nature = stampText
	default:
		h.nature = wordText
	}
	if len(h.open) == 0 { // it is all there is
		h.data = true
		h.names(true)
		if h.nature == markupText {
			h.markup = true
		} else {
			h.own = true
		}
	}
}

// end ends a string.
func (h *shape) end() {
	h.quoted = false
	t := h.top()
	switch {
	case t == nil:
		h.listed++
		return
	case t.key:
		t.record = t.record || h.nature == stampText
		return
	case h.said:
		h.described.says(t)
	}
	switch {
	case t.list && len(h.open) == 1 && h.pages+h.texts+h.listed == 0:
		t.tuple = t.tuple || h.nature == wordText && !h.said
	}
	switch h.nature {
	case stampText:
		t.record = true
		h.texts++
	case nameText, proseText, linesText:
		h.texts++
	case markupText, objectText, packedText:
		if t.listed || t.list && !t.tuple && h.nature != packedText { // lines of a file are in a list, too
			h.listed++
			return
		}
		h.pages++
		if h.nature == markupText {
			h.tagged++
		}
		return
	case listText:
		h.listed++
		return
	}
	if h.said && !t.list && h.nature != linesText {
		t.labels++
	}
}

// finish ends the data; what follows is other data.
func (h *shape) finish() {
	for h.beyond = 0; len(h.open) > 0; {
		h.leave()
	}
	h.names(false)
	h.quoted = false
}

// quotes reports whether there was data, and all of it quotes. asks says whether it has
// fields: markup without any is a letter, or whatever people write.
func (h *shape) quotes(asks bool) bool {
	return h.data && !h.own && !h.program() && !(h.markup && asks)
}

// program reports whether a script is one: nothing more of it needs to be followed.
func (h *shape) program() bool { return h.inScript && (h.own || h.other) }
