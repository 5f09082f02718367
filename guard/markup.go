package guard

import (
	"bytes"
	"html"
)

// maxEntity is how long the name of a character reference is: that of HTML's longest.
const maxEntity = 32

// shown reads a value once more as what a reader of it sees, if it is markup. Messengers
// demand it: MarkdownV2 of Telegram's Bot API wants a backslash before each of 18 marks,
// and its HTML takes character references. It is the same field in another reading, and
// does not count as one more.
func (r *reader) shown(name, v []byte) {
	again := unmarkedUp(v)
	if again == nil || r.depth >= maxNested || !r.spend(len(v)) {
		return
	}
	r.read--
	r.at--
	r.within(func() { r.add(name, again, text) })
}

// shownText is shown for a body that is a text.
func (r *reader) shownText(p part) {
	if again := unmarkedUp(p.body); again != nil {
		r.within(func() { r.decode(part{body: again}) })
	}
}

// unmarkedUp returns v without backslashes before marks and with characters in the place
// of references to them; nil if it has neither, or is JSON, which has backslashes of its own.
func unmarkedUp(v []byte) []byte {
	slashed, referred := slashedMark(v), reference(v)
	if !slashed && !referred || looksJSON(v) {
		return nil
	}
	out := v
	if slashed {
		out = make([]byte, 0, len(v))
		for i := 0; i < len(v); i++ {
			if v[i] == '\\' && i+1 < len(v) && mark(v[i+1]) {
				i++
			}
			out = append(out, v[i])
		}
	}
	if referred {
		out = []byte(html.UnescapeString(string(out)))
	}
	return unlike(out, v)
}

// slashedMark reports whether v has a backslash before a mark.
func slashedMark(v []byte) bool {
	for {
		i := bytes.IndexByte(v, '\\')
		if i < 0 || i+1 == len(v) {
			return false
		}
		if mark(v[i+1]) {
			return true
		}
		v = v[i+1:]
	}
}

// reference reports whether v has what is written like a character reference of HTML,
// section 13.5: &#64; or &commat;.
func reference(v []byte) bool {
	for {
		i := bytes.IndexByte(v, '&')
		if i < 0 {
			return false
		}
		v = v[i+1:]
		n := 0
		for n < len(v) && n < maxEntity && (v[n] == '#' && n == 0 || v[n] < 0x80 && alphanumeric(v[n])) {
			n++
		}
		if n > 1 && (n < len(v) && v[n] == ';' || v[0] == '#') {
			return true
		}
	}
}
