package guard

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"sekisho/guard/charset"
	"sekisho/guard/vocabulary"
)

// Bounds of a text that comes in the step after an ID.
const (
	maxStepText  = 2 << 10 // bytes: a report of a kit, a message
	maxStepLines = 64
	maxStepTexts = 8
	fewWords     = 8 // of a text so short that each of them counts
	maxLabelled  = 8 // values behind a word for a password
)

// noteText keeps a value that is more than one word, for stepTexts.
func (r *reader) noteText(v []byte) {
	if len(r.texts) < maxStepTexts && len(v) > minPassword && len(v) <= maxStepText && wordy(v) {
		r.texts = append(r.texts, v)
	}
}

// stepTexts takes candidates out of texts that come with an ID or after one, as kits
// without a server send one message a step: "Password: hunter2\nIP: 192.0.2.1". What
// stands behind a word for a password goes first, to the end of its line and by words;
// after the ID come the words of the rest that look typed or, of few, all.
func (r *reader) stepTexts() {
	known := len(r.knownIDs) > 0
	if !known && !r.hints.Follows && !r.hints.Suspicious {
		return
	}
	loose := r.loose
	r.loose = nil
	for _, b := range r.texts {
		if charset.NotText(b) {
			continue
		}
		b = untagged(b)
		r.labelledIn(b)
		if known {
			continue // around has the words near to it
		}
		few := len(bytes.FieldsFunc(b, breaks)) <= fewWords
		for word := range bytes.FieldsFuncSeq(b, breaks) {
			r.token(word)
		}
		r.loose = slices.DeleteFunc(r.loose, func(v value) bool { return !v.labelled && !v.worded && !few && !human(v.v) })
		for i := range r.loose {
			r.loose[i].worded = true
		}
	}
	r.loose, r.texts = append(loose, r.loose...), nil
}

// labelledIn files what stands behind words for passwords in a text.
func (r *reader) labelledIn(b []byte) {
	lines, labelled := bytes.FieldsFunc(b, lineEnd), 0
	for i, line := range lines[:min(len(lines), maxStepLines)] {
		rest, ok := behindLabel(line)
		if !ok {
			continue
		}
		if len(bytes.TrimFunc(rest, setsApart)) == 0 && i+1 < len(lines) {
			rest = lines[i+1] // the word is a heading
		}
		for _, v := range cuts(rest) {
			if labelled < maxLabelled && r.labelled(v) {
				labelled++
			}
		}
	}
}

// labelled files what stands behind a word for a password, and reports whether it is new.
func (r *reader) labelled(v []byte) bool {
	if !plausible(v) || len(r.loose) >= maxKept {
		return false
	}
	for i := range r.loose {
		if have := &r.loose[i]; bytes.Equal(have.v, v) {
			was := have.labelled
			have.labelled = true
			return !was
		}
	}
	r.loose = append(r.loose, value{v: v, at: r.at, labelled: true, worded: true})
	r.loud++
	return true
}

// wordy reports whether b may be more than one word.
func wordy(b []byte) bool {
	for i, c := range b {
		switch {
		case c <= ' ', c == ':', c == '=', c == '|', c == ',', c == ';', c == '>':
			return true
		case c >= utf8.RuneSelf:
			return bytes.ContainsFunc(b[i:], ends)
		}
	}
	return false
}

func lineEnd(c rune) bool { return c == '\n' || c == '\r' || c == 0x2028 || c == 0x85 }

// behindLabel returns what follows the last word for a password in a line.
func behindLabel(line []byte) (rest []byte, ok bool) {
	for i := 0; i < len(line); {
		c, size := utf8.DecodeRune(line[i:])
		if ends(c) {
			i += size
			continue
		}
		start := i
		for i < len(line) {
			if c, size = utf8.DecodeRune(line[i:]); ends(c) {
				break
			}
			i += size
		}
		if i-start > vocabulary.MaxName {
			continue
		}
		if vocabulary.Lookup(line[start:i]).Class.IsPassword() {
			rest, ok = line[i:], true
			if v := bytes.TrimLeftFunc(rest, setsApart); len(v) > 2 && isDigit(v[0]) && setsApart(rune(v[1])) {
				rest = v[1:] // Pass 2 : …
			}
			return rest, ok
		}
	}
	return nil, false
}

// ends reports whether c ends a word that may say password.
func ends(c rune) bool {
	return breaks(c) || c < 0x80 && strings.IndexByte(":=|,;<>*`\"'()[]{}", byte(c)) >= 0
}

// setsApart reports whether c is what people put between a word and its value.
func setsApart(c rune) bool {
	return breaks(c) || c < 0x80 && strings.IndexByte(":=-|*`\"'()[]<>~_", byte(c)) >= 0
}

// cuts returns what of the end of a line could be the value: all of it, with and without
// the marks around it, up to the first blank, and up to what closes a bracket.
func cuts(rest []byte) [][]byte {
	out := [][]byte{bytes.TrimFunc(rest, setsApart), bytes.TrimFunc(rest, breaks), bytes.TrimLeftFunc(bytes.TrimRightFunc(rest, breaks), setsApart)}
	trimmed := out[2]
	if i := bytes.IndexFunc(trimmed, breaks); i >= 0 {
		out = append(out, trimmed[:i], bytes.TrimRightFunc(trimmed[:i], setsApart))
	}
	if i := bytes.IndexAny(trimmed, "|`\"')]}>,;"); i > 0 {
		out = append(out, trimmed[:i])
	}
	return out
}
