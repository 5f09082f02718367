package guard

import (
	"bytes"
	"slices"
	"unicode"
	"unicode/utf8"

	"sekisho/guard/vocabulary"
)

// How far from a protected ID its password is looked for in text.
const (
	aroundBefore = 256
	aroundAfter  = 512
)

// marks are what kits put between an ID and a password, once or several times.
const marks = "-~|:;,=/\\#_*>+^&"

// idAsName reports whether the name of a field is a protected ID, whose value
// then stands in its own field: {"taro@example.jp":"hunter2"}.
func (r *reader) idAsName(name []byte) bool {
	if r.hints.Known == nil || len(name) < minPassword || len(name) > maxID {
		return false
	}
	if c := name[0]; bytes.IndexByte(name, '@') < 0 && c != '+' && (c < '0' || c > '9') {
		return false
	}
	if !email(name) && !phone(name) || !r.isKnown(name) {
		return false
	}
	r.keep(&r.knownIDs, value{v: name, at: r.at})
	return true
}

// around finds protected IDs in text, and takes what stands around them for
// candidates, however it is set apart: by tags, quotes, brackets, labels, marks,
// of any width.
func (r *reader) around(b []byte) {
	r.aroundAddresses(b)
	r.aroundNumbers(b)
}

// aroundAddresses is around for e-mail addresses. Text without one costs a search for @.
func (r *reader) aroundAddresses(b []byte) {
	for from, n := 0, 0; n < maxLoose; n++ {
		i := bytes.IndexByte(b[from:], '@')
		if i < 0 {
			return
		}
		at := from + i
		from = at + 1
		start, end, ok := r.knownAddress(b, at)
		r.noteAddress(b[start:end])
		if ok {
			r.neighbours(b, start, end)
		}
	}
}

// neighbours notes a protected ID in text, and what stands around it.
func (r *reader) neighbours(b []byte, start, end int) {
	r.at++
	r.keep(&r.knownIDs, value{v: b[start:end], at: r.at})
	lo, hi := max(0, start-aroundBefore), min(len(b), end+aroundAfter)
	after, before := untagged(b[end:hi]), untagged(b[lo:start])
	r.attached(after, before)
	r.phrases(after, before)
	for _, t := range bytes.FieldsFunc(after, breaks) {
		r.at++
		r.token(t)
	}
	for _, t := range slices.Backward(bytes.FieldsFunc(before, breaks)) {
		r.at++
		r.token(t)
	}
}

// knownAddress returns where the protected address around the @ at index at is, or where
// an address would be.
// What is taken for a part of it may part it from its neighbour: taro@example.jp----…
func (r *reader) knownAddress(b []byte, at int) (start, end int, ok bool) {
	start, end = addressAt(b, at)
	starts, ends := []int{start}, []int{end}
	if i := bytes.LastIndex(b[start:at], []byte("--")); i >= 0 {
		starts = append(starts, start+i+2)
	}
	if i := bytes.LastIndexAny(b[start:at], "'/_"); i >= 0 {
		starts = append(starts, start+i+1)
	}
	if i := bytes.Index(b[at:end], []byte("--")); i > 0 {
		ends = append(ends, at+i)
	}
	for _, start := range starts {
		for _, end := range ends {
			if v := b[start:end]; email(v) && r.isKnown(v) {
				return start, end, true
			}
		}
	}
	return start, end, false
}

// token takes a word of text, what is in its quotes and brackets, and what
// follows a label in it.
func (r *reader) token(t []byte) {
	r.candidate(t)
	bare := bytes.Trim(t, "\\\"'`{}()[]<>*|,;:=~")
	r.candidate(bare)
	if i := bytes.IndexFunc(bare, func(c rune) bool { return c < utf8.RuneSelf }); i > 0 && !bytes.ContainsFunc(bare[i:], func(c rune) bool { return c >= utf8.RuneSelf }) {
		r.candidate(bare[i:]) // 🔑hunter2
	}
	if i := bytes.IndexAny(bare, ":="); i >= 0 {
		r.candidate(bytes.TrimLeft(bare[i:], ":=>\"'`"))
	}
	if bytes.ContainsAny(bare, ",;:|&\"'<>=") {
		for _, w := range bytes.FieldsFunc(bare, func(c rune) bool { return c < 0x80 && bytes.IndexByte([]byte(",;:|&\"'<>="), byte(c)) >= 0 }) {
			r.candidate(w)
		}
	}
}

// unlabelled takes the password out of a value that says what it is (pw=hunter2),
// or that stands in quotes, brackets or the marks by which messengers show text (||pw||).
func (r *reader) unlabelled(name, v []byte) {
	inner := func(p []byte) {
		if plausible(p) && len(r.loose) < maxLoose {
			r.loose = append(r.loose, value{v: p, at: r.at, place: r.place, name: name})
		}
	}
	i := 0
	for head := v[:min(len(v), 16)]; i < len(head) && head[i] != ':' && head[i] != '='; {
		i++
	}
	if i > 1 && i < min(len(v), 16) {
		if vocabulary.Lookup(v[:i]).Class.IsPassword() {
			inner(v[i+1:])
		}
	}
	switch v[0] {
	case '"', '\'', '`', '<', '(', '[', '{':
		inner(bytes.Trim(v, "\"'`<>()[]{}"))
	case '|', '*', '_', '~':
		if v[1] == v[0] {
			inner(bytes.Trim(v, string(v[0])))
		}
	default:
		if c, size := utf8.DecodeRune(v); size > 1 && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			inner(bytes.TrimLeftFunc(v[size:], breaks)) // » hunter2
		}
	}
}

// candidate files v as a value of any name, once.
func (r *reader) candidate(v []byte) {
	if !plausible(v) || len(r.loose) >= maxLoose || slices.ContainsFunc(r.loose, func(have value) bool { return bytes.Equal(have.v, v) }) {
		return
	}
	r.loose = append(r.loose, value{v: v, at: r.at, place: r.place})
	r.loud++
}

// breaks reports whether c ends a word: blanks of any width, what nobody sees,
// and the quotes, brackets and punctuation of Japanese and Chinese.
func breaks(c rune) bool {
	switch {
	case c <= ' ' || c == 0x7f:
		return true
	case c < 0x80:
		return false
	case c >= 0x3000 && c <= 0x3020, c >= 0x2010 && c <= 0x203f:
		return true
	}
	switch c {
	case '：', '；', '＝', '，', '｜', '（', '）', '＜', '＞', '［', '］', '｛', '｝', '＂', '＇', '／', '→', '⇒', '«', '»', '・':
		return true
	}
	return unicode.IsSpace(c) || unicode.In(c, unicode.Cf)
}

// untagged returns a copy of b with blanks in the place of tags.
func untagged(b []byte) []byte {
	out := bytes.Clone(b)
	for i := 0; i < len(out); i++ {
		if out[i] != '<' || i+1 == len(out) || out[i+1] != '/' && !alphanumeric(out[i+1]) {
			continue
		}
		end := bytes.IndexByte(out[i:min(len(out), i+64)], '>')
		if end < 0 || !tagged(out[i+1:i+end]) {
			continue
		}
		for j := i; j <= i+end; j++ {
			out[j] = ' '
		}
	}
	return out
}

// tagged reports whether b could stand within a tag: a name, and no more or
// attributes. <hunter2> is a password that somebody set apart.
func tagged(b []byte) bool {
	b = bytes.Trim(b, "/")
	name, _, attributes := bytes.Cut(b, []byte{' '})
	if len(name) == 0 || len(name) > 10 || !attributes && len(name) >= minPassword && !slices.Contains([]string{"strong", "button", "center", "section"}, string(bytes.ToLower(name))) {
		return false
	}
	return true
}

// unseen reports whether c leaves no mark on a page.
func unseen(c rune) bool {
	if ' ' < c && c < 0x7f {
		return false
	}
	return unicode.IsSpace(c) || unicode.In(c, unicode.Cc, unicode.Cf)
}
