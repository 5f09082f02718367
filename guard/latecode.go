package guard

import (
	"bytes"
	"slices"
	"strings"

	"sekisho/guard/vocabulary"
)

const (
	lateDigits    = 6  // the length of Amazon's one-time codes
	maxLateFields = 10 // fields of a request that holds a code and little else
	maxLateQuery  = 4  // the same of a query in which nothing is called a code: statistics send dozens
)

// lateCodes gathers what may be a one-time code after a copy of the sign-in.
type lateCodes struct {
	found   []lateValue
	boxes   []byte  // of a code with a box for each digit
	coded   []byte  // those of them under names that say code
	numbers []byte  // as boxes, but numbers of JSON
	row     lateRow // boxes of either kind whose names differ by their numbers alone, side by side
	halves  []byte  // of a code in two fields
	letter  byte    // the name of the last of found, if it is a letter that says nothing
	said    bool    // another field says that the request is about a code
}

// lateValue is six digits, and with how many fields at most they are a code: as many as any
// request has, unless their name or form says that they are a number of something.
type lateValue struct {
	value
	beside int
	called bool // their name, or the text around them, says that they are a code
	thing  bool // their name is that of the number of a thing, or of how much of it
	place  bool // their name is that of a place on the screen or of a size
}

// late notes six digits, in one field, two or six.
func (r *reader) late(name []byte, w vocabulary.Word, v []byte, k kind) {
	if !r.hints.AfterCopy || w.Class == vocabulary.Place || w.Class == vocabulary.RegisterCue || w.Class == vocabulary.Card || k == literal {
		return
	}
	coded := w.Class.IsCode() || w.Class == vocabulary.OTPCue
	says := !coded && vocabulary.Data(name)
	wrote := written(name)
	r.noteCode(w, v, k)
	called := coded && w.Spelling != "answer" || w.Class.IsPassword() || nameSaysCode(name)
	if v = plainDigits(bytes.TrimSpace(v)); len(v) == lateDigits+1 && v[0] == '#' && !called && !wrote {
		return // a colour
	}
	if len(v) == 1 && isDigit(v[0]) {
		r.lateCodes.row.add(name, v[0])
	}
	if called && len(v) == 1 && isDigit(v[0]) && len(r.lateCodes.coded) <= lateDigits {
		r.lateCodes.coded = append(r.lateCodes.coded, v[0])
	}
	switch {
	case halved(v) && (coded || k == text && w.Class != vocabulary.IDWeak && (!says || wrote || len(name) == 1)):
		r.lateFound(slices.Concat(v[:3], v[4:]), called)
	case len(v) == 1 && isDigit(v[0]) && (k == text || coded) && len(r.lateCodes.boxes) <= lateDigits:
		r.lateCodes.boxes = append(r.lateCodes.boxes, v[0])
	case len(v) == 1 && isDigit(v[0]) && len(r.lateCodes.numbers) <= lateDigits:
		r.lateCodes.numbers = append(r.lateCodes.numbers, v[0])
	case len(v) == lateDigits/2 && whole(v) && k == text && !says && !measure(name) && len(r.lateCodes.halves) <= lateDigits:
		r.lateCodes.halves = append(r.lateCodes.halves, v...)
	case len(v) == lateDigits && whole(v):
		// Searches send no numbers; and a message is no size of a picture.
		if k == text || !says || len(name) == 1 && bytes.Contains([]byte("kqs"), name) {
			r.lateKeep(lateValue{
				value: value{v: v, at: r.at, said: says && !wrote}, beside: besides(name, w, k),
				called: called, thing: numbersThing(name), place: measure(name),
			})
			r.lateCodes.letter = meaningless(name)
			if strings.EqualFold(string(name), "ver") { // a version's, or to verify
				r.lateCodes.letter = 'v'
			}
		}
	case k == text && len(v) <= lateDigits+3 && len(v) > lateDigits+1 && parts(v[len(v)-lateDigits-1]) && whole(v[len(v)-lateDigits:]) && !isDigit(v[0]):
		r.lateFound(v[len(v)-lateDigits:], called) // k=483920, in one value
	case k == text && w.Class != vocabulary.IDWeak:
		r.labelledCode(v, called)
	}
}

// noteCode notes whether a field says that the request is about a one-time code, whatever
// the code itself is called: step=otp&val=…, {"title":"OTP","description":…}.
func (r *reader) noteCode(w vocabulary.Word, v []byte, k kind) {
	if r.lateCodes.said || r.at > maxLateFields {
		return
	}
	r.lateCodes.said = w.Class == vocabulary.Code || w.Class == vocabulary.OTPCue ||
		k == text && len(v) <= maxCodeNote && saysCode(string(v))
}

// lateFound files six digits that no name speaks against. called is whether a name or the
// text around them says that they are a code.
func (r *reader) lateFound(v []byte, called bool) {
	r.lateKeep(lateValue{value: value{v: v, at: r.at}, beside: maxRead, called: called})
}

func (r *reader) lateKeep(v lateValue) {
	if len(r.lateCodes.found) < maxCodes {
		r.lateCodes.found = append(r.lateCodes.found, v)
	}
}

// halved reports whether v is six digits with a gap in the middle, as mails have them.
func halved(v []byte) bool {
	return len(v) == lateDigits+1 && (v[3] == ' ' || v[3] == '-') && whole(v[:3]) && whole(v[4:])
}

// written reports whether a name is that of a message.
func written(name []byte) bool {
	switch string(bytes.ToLower(vocabulary.Leaf(name))) {
	case "text", "message", "msg", "content", "body", "caption":
		return true
	}
	return false
}

// latePath takes a segment behind one that says code, and six of a digit each.
func (r *reader) latePath(path string) {
	before := ""
	var each []byte
	for segment := range strings.SplitSeq(path, "/") {
		if len(segment) == lateDigits && whole([]byte(segment)) && before != "" {
			if pathSaysCode(before) {
				r.lateFound([]byte(segment), true)
			}
		}
		if len(segment) == 1 && isDigit(segment[0]) {
			each = append(each, segment[0])
		}
		before = segment
	}
	if len(each) == lateDigits {
		r.lateFound(each, false)
	}
}

// isLateCode reports whether the request holds a code and little else, and files it.
func (r *reader) isLateCode(h Head) bool {
	if r.posts() || r.cues[vocabulary.Card] > 0 || r.at > maxLateFields {
		return false
	}
	late := &r.lateCodes
	late.row.next()
	if len(late.found)+len(late.coded)+len(late.row.six)+len(late.boxes)+len(late.numbers)+len(late.halves) == 0 {
		return false // before the path is read
	}
	get := h.Method == "GET" || h.Method == "HEAD"
	path := lowerPath(h.Target)
	lone := get && r.read == 1 && lettered(late.letter, path)
	said := late.said || pathSaysCode(path)
	var found []value
	for _, v := range late.found {
		switch {
		case v.said && (get && !lone && !said || searches(path)) || r.read > v.beside: // versions of pictures; an article looked for, or for the cart
		case !v.called && (get && r.read > maxLateQuery || !said && ordinaryNumber(v.v, v.thing)):
		case get && v.place && slices.ContainsFunc(late.found, func(o lateValue) bool { return o.place && o.at != v.at }): // a tile of a map
		default:
			found = append(found, v.value)
		}
	}
	if len(late.coded) == lateDigits {
		found = append(found, value{v: slices.Clone(late.coded), at: r.at})
	}
	if len(late.row.six) == lateDigits && (said || !counted(late.row.six) && !scale(late.row.six)) {
		found = append(found, value{v: slices.Clone(late.row.six), at: r.at})
	}
	if len(late.boxes) == lateDigits && (said || !scale(late.boxes)) {
		found = append(found, value{v: slices.Clone(late.boxes), at: r.at})
	}
	if len(late.numbers) == lateDigits && r.read <= lateDigits+2 && (said || !counted(late.numbers) && !scale(late.numbers)) {
		found = append(found, value{v: slices.Clone(late.numbers), at: r.at})
	}
	if len(late.halves) == lateDigits && r.read == 2 && !get {
		found = append(found, value{v: slices.Clone(late.halves), at: r.at})
	}
	for _, v := range found {
		r.keep(&r.codes, v)
	}
	return len(found) > 0
}

// lettered reports whether the only field of a query has a name that says nothing at this
// path: files have versions, and what is looked for may be a number.
func lettered(name byte, path string) bool {
	switch name {
	case 'k', 'K':
		return path != "/s" && !searches(path)
	case 'v', 'V':
		file := path[strings.LastIndexByte(path, '/')+1:]
		return strings.IndexByte(file, '.') < 0
	}
	return false
}
