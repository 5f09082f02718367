package guard

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// Bounds of a text that comes in the step after an ID.
const (
	maxStepText  = 2 << 10 // bytes: a report of a kit, a message
	maxStepLines = 64
	fewWords     = 8 // of a text so short that each of them counts
	maxLabelled  = 8 // values behind a word for a password
)

// stepText takes candidates out of a text that comes after an ID, as kits without a
// server send one message a step: "Password: hunter2\nIP: 192.0.2.1". What stands
// behind a word for a password goes first, to the end of its line and by words; of
// the rest the words that look typed or, of few, all.
func (r *reader) stepText(b []byte) {
	if !r.hints.Follows && !r.hints.Suspicious || len(b) <= minPassword || len(b) > maxStepText || !wordy(b) || notText(b) {
		return
	}
	b = untagged(b)
	before := len(r.loose)
	few := len(bytes.FieldsFunc(b, breaks)) <= fewWords
	lines, labelled := bytes.FieldsFunc(b, lineEnd), 0
	r.at++
	for i, line := range lines[:min(len(lines), maxStepLines)] {
		rest, ok := behindLabel(line)
		if !ok {
			continue
		}
		if rest = bytes.TrimFunc(rest, setsApart); len(rest) == 0 && i+1 < len(lines) {
			rest = lines[i+1] // the word is a heading
		}
		for _, v := range cuts(rest) {
			if labelled < maxLabelled && r.labelled(v) {
				labelled++
			}
		}
	}
	for word := range bytes.FieldsFuncSeq(b, breaks) {
		r.token(word)
	}
	// A text is no list of passwords: what is written in it says nothing against the site.
	r.loose = slices.DeleteFunc(r.loose, func(v value) bool {
		return v.at == r.at && v.name == nil && !v.labelled && !few && !(human(v.v) && likelihood(v.v) == likeMixed)
	})
	for i := min(before, len(r.loose)); i < len(r.loose); i++ {
		r.loose[i].worded = true
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
	return bytes.ContainsFunc(b, func(c rune) bool { return c < 0x80 && bytes.IndexByte([]byte(":=|,;>"), byte(c)) >= 0 || breaks(c) })
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
		if i-start > maxName {
			continue
		}
		if of := words.lookup(line[start:i]).class; of >= password && of <= oldPassword {
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
	return breaks(c) || c < 0x80 && bytes.IndexByte([]byte(":=|,;<>*`\"'()[]{}"), byte(c)) >= 0
}

// setsApart reports whether c is what people put between a word and its value.
func setsApart(c rune) bool {
	return breaks(c) || c < 0x80 && bytes.IndexByte([]byte(":=-|*`\"'()[]<>~_"), byte(c)) >= 0
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
