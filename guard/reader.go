package guard

import (
	"bytes"
	"slices"

	"sekisho/guard/vocabulary"
)

// Bounds of one request. An ordinary one costs microseconds; one made to be slow
// about a tenth of a second, and says that it was not read in full.
const (
	maxWork   = 12 << 20 // bytes handed to decoders, nested ones counted again
	maxRead   = 1 << 18  // fields: more than an uncompressed MaxBody has
	maxLoose  = 64       // values kept whatever their name
	maxKept   = 256      // those of them that fields hold, and as many again that look typed
	maxNamed  = 40       // values kept of each class, more than a Finding carries
	maxKnown  = 1024     // calls of Hints.Known
	maxNested = 3        // encodings within encodings: a field of base64 of base64 of JSON
)

// value is what a decoder found under a name that matters.
type value struct {
	v     []byte
	word  string // the word of the vocabulary, or what Purposes say of its name
	at    int    // number of the field it came from
	name  []byte // of a value of any name: see tryOf
	class vocabulary.Class
	page  bool
	place Place
	said  bool // its name says what it is, and no password: kept after a step only

	labelled bool // it stands behind a word for a password in a text
	worded   bool // it stands in a text
	own      bool // v is a copy: see Stream
}

// reader gathers what decoders find in one request.
type reader struct {
	hints Hints
	work  int // bytes left of maxWork
	known int // calls made of Hints.Known
	read  int // fields read, of maxRead
	depth int // of nesting
	at    int // fields so far
	loud  int // fields so far whose name or value matters

	ids, passwords, news, confirms, olds, codes, loose []value
	written                                            []value  // passwords by their labels in a text, which is no form
	texts                                              [][]byte // see stepTexts
	others                                             []value  // under names of codes, cards, addresses and the like
	names                                              []value  // see asName
	made                                               []value  // see programMade
	knownIDs, joined                                   []value
	scraps                                             scraps
	makes                                              map[string]int // values that look typed, since the lists are full, by their make
	lateCodes                                          lateCodes
	addresses                                          []uint64 // digests of those that differ; see crowd
	triedGlued                                         int      // of maxGlued
	numbers                                            int      // of maxNumbers
	firm                                               int      // how many of nearest look like a person's passwords
	turned                                             bool     // a protected ID came from its end
	many                                               bool     // the values of any name are a crowd
	last                                               []byte   // the field before; see apart
	lastDotted                                         bool
	digits                                             []byte
	digitsOf                                           value
	cues                                               [vocabulary.NotSignIn + 1]int // fields of each class
	bound                                              []binding                     // see bind
	openid                                             bool
	person, pincode, postal                            bool     // see posts
	amazon                                             []string // distinct exact names
	action                                             amazonAction
	signs                                              []string
	undecoded                                          bool
	place                                              Place // of what is being read
	long                                               bool  // a coding of the body holds more than was taken out of it
	bomb                                               bool  // see Finding.Bomb
	report                                             bool  // the body is one: see reported

	kept    []value // passwords of something else than the site
	sets    uint8   // see keeps
	excused bool    // see Finding.Excused
	whose   bool    // a field is called "name"
	joins   bool    // see noteJoining
}

// everything reports whether values matter whatever their name.
func (r *reader) everything() bool {
	return r.hints.Suspicious || r.hints.Drawn || r.hints.Known != nil
}

// spend takes n bytes from the budget and reports whether they were left.
func (r *reader) spend(n int) bool {
	if r.work < n {
		r.undecoded = true
		return false
	}
	r.work -= n
	return true
}

// sign notes one of our own words.
func (r *reader) sign(s string) {
	if !slices.Contains(r.signs, s) {
		r.signs = append(r.signs, s)
	}
}

// add takes a field. The reader keeps slices of v but never changes them.
func (r *reader) add(name, v []byte, k kind) {
	if r.read >= maxRead {
		r.undecoded = true
		return
	}
	r.read++
	r.at++
	r.noteAmazon(name, v)
	w, page := r.purpose(name)
	if w.Class == vocabulary.Other {
		r.noteJoining(name, v)
		r.noteSetting(name)
		r.asName(name)
	}
	r.notePostal(name, w, v)
	if w.Class != vocabulary.Other {
		r.named(w, v, k, page)
	}
	r.late(name, w, v, k)
	if k != literal && len(v) > 0 && len(v) <= maxScrap && r.hints.Known != nil {
		r.scraps.add(v, r.at, len(r.knownIDs) > 0)
	}
	if k != text || len(v) < 4 {
		r.last, r.lastDotted = v, false
		return
	}
	r.apart(v)
	if r.idAsName(name) {
		w.Class, name = vocabulary.Other, noName
	}
	if name == nil {
		name = noName
	}
	if w.Class == vocabulary.Other || w.Class == vocabulary.NotSignIn || w.Class == vocabulary.Place {
		r.unnamed(name, v)
	} else {
		r.misnamed(name, w, v)
	}
	r.paired(name, v)
	if r.hints.Follows || r.hints.Suspicious {
		r.noteText(v)
	}
	r.entangled(v)
	r.respaced(name, w, v)
	r.shown(name, v)
	r.nested(name, v)
	r.chained(name, v)
	if r.report && r.depth == 0 {
		r.reported(v)
	}
}

// unnamed looks at a value whose name says nothing.
func (r *reader) unnamed(name, v []byte) {
	if !r.everything() {
		return
	}
	t := bytes.TrimSpace(v)
	f := value{v: t, at: r.at, name: name}
	if email(t) {
		r.noteAddress(t)
	}
	if (email(t) || phone(t)) && (r.isKnown(t) || (r.hints.Suspicious || r.hints.Drawn) && email(t)) {
		if r.isKnown(t) {
			r.keep(&r.knownIDs, f)
		} else {
			r.keep(&r.ids, f)
		}
		return
	}
	ok := plausible(v)
	if !ok {
		r.programMade(v)
	}
	if !ok && len(v) > minPassword {
		// A line end makes no password another.
		if t := bytes.TrimFunc(v, unseen); len(t) < len(v) {
			v, ok = t, plausible(t)
		}
	}
	if ok && r.roomFor(r.loose, v) {
		r.loose = append(r.loose, value{v: v, at: r.at, place: r.place, name: name, said: r.hints.Follows && vocabulary.Data(name)})
		r.loud++
	}
	if ok {
		r.unlabelled(name, v)
	}
}

// keep appends f unless the same value is there or the list is full.
func (r *reader) keep(list *[]value, f value) {
	r.loud++
	for i := range *list {
		if have := (*list)[i]; bytes.Equal(have.v, f.v) && have.word == f.word {
			return
		}
	}
	if len(*list) < maxNamed {
		*list = append(*list, f)
	}
}

// isKnown asks the caller, within bounds.
func (r *reader) isKnown(v []byte) bool {
	if r.hints.Known == nil || r.known >= maxKnown || len(v) == 0 || len(v) > maxID {
		return false
	}
	r.known++
	return r.hints.Known(v)
}
