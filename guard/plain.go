package guard

import (
	"bytes"

	"sekisho/guard/charset"
	"sekisho/guard/vocabulary"
)

// maxLabels bounds the pairs taken from running text.
const maxLabels = 128

// plainCues are what running text must have to be worth reading.
var plainCues = [][]byte{[]byte("pass"), []byte("Pass"), []byte("PASS"), []byte("pwd"), []byte("パスワード"), []byte("暗証"), []byte(`\x40`), []byte(`\u0040`)}

// looksPlain reports whether b is text with an address, or a word for password.
func looksPlain(b []byte) bool {
	if charset.NotText(b) {
		return false
	}
	if bytes.IndexByte(b, '@') >= 0 {
		return true
	}
	for _, cue := range plainCues {
		if bytes.Contains(b, cue) {
			return true
		}
	}
	return false
}

// label is "name: value" in running text.
type label struct{ name, v []byte }

// readPlain finds labels in text that is made for people, as kits send it to a
// messenger: "E-mail: …, Password: …". A password alone is not believed: such
// words stand in letters and manuals. An ID must be near.
func readPlain(r *reader, p part) bool {
	found, id, secret := labels(p.body)
	if !id && secret {
		id = bytes.IndexByte(p.body, '@') >= 0 && hasAddress(p.body)
	}
	if id && secret {
		r.labels(found)
	}
	r.pairs(p)
	if r.everything() {
		r.noteText(p.body)
		r.around(p.body)
		r.literals(p.body)
	}
	return false
}

// labels files the labelled values of a text. Where that is the whole of a body, a
// script wrote it. In a field, it is as likely a person's letter ("Password: I forgot
// it"), which is no sign-in: there the values are compared with those of a protected
// account, if its ID is there, and no more.
func (r *reader) labels(found []label) {
	if r.depth == 0 || r.hints.Suspicious {
		for _, l := range found {
			r.add(l.name, l.v, text)
		}
		return
	}
	if r.hints.Known == nil {
		return
	}
	for _, l := range found {
		r.add(anyLabel, l.v, text)
		if w := vocabulary.Lookup(l.name); w.Class.IsPassword() && !blank(l.v) && len(r.written) < maxNamed {
			r.written = append(r.written, value{v: l.v, word: w.Spelling, class: w.Class, at: r.at})
		}
	}
}

// labels finds the labelled values of text.
func labels(b []byte) (found []label, id, secret bool) {
	for i := 0; i < len(b) && len(found) < maxLabels; {
		if !labelByte(b, i) {
			i++
			continue
		}
		start := i
		for i < len(b) && labelByte(b, i) {
			i++
		}
		end := i
		if end-start < 2 || end-start > 64 {
			continue
		}
		at, ok := separator(b, end)
		if !ok {
			continue
		}
		c := vocabulary.Lookup(b[start:end]).Class
		if c == vocabulary.Other || c >= vocabulary.OTPCue {
			continue
		}
		v, after := labelled(b, at)
		if len(v) == 0 || blank(v) {
			continue
		}
		i = after
		found = append(found, label{b[start:end], v})
		switch c {
		case vocabulary.Password, vocabulary.PasswordWeak, vocabulary.NewPassword, vocabulary.OldPassword, vocabulary.Code, vocabulary.ConfirmPassword:
			secret = true
		default:
			id = true
		}
	}
	return found, id, secret
}

func labelByte(b []byte, i int) bool {
	c := b[i]
	if c < 0x80 {
		return alphanumeric(c) || c == '_' || c == '-' || c == '[' || c == ']'
	}
	return !bytes.HasPrefix(b[i:], []byte("：")) && !bytes.HasPrefix(b[max(0, i-1):], []byte("：")) && !bytes.HasPrefix(b[max(0, i-2):], []byte("："))
}

// separator moves over what may stand between a label and its value.
func separator(b []byte, i int) (at int, ok bool) {
	for n := 0; i < len(b) && n < 12; n++ {
		switch c := b[i]; {
		case c == ':' || c == '=':
			ok = true
			i++
		case c == '>' && ok:
			i++
		case bytes.HasPrefix(b[i:], []byte("：")):
			ok = true
			i += len("：")
		case c == ' ' || c == '"' || c == '\'' || c == '\\' || c == '*' || c == '`' || c == '\t':
			i++
		default:
			return i, ok
		}
	}
	return i, ok
}

// labelled reads the value at i.
func labelled(b []byte, i int) (v []byte, after int) {
	ends := " \t\r\n,;&|<>\"'\\`"
	if i > 0 && (b[i-1] == '"' || b[i-1] == '\'') {
		ends = "\r\n\\" + string(b[i-1])
	}
	window := b[i:min(len(b), i+maxValue)]
	if j := bytes.IndexAny(window, ends); j >= 0 {
		window = window[:j]
	}
	return window, i + len(window)
}

// hasAddress reports whether text has an e-mail address in it.
func hasAddress(b []byte) bool {
	for range 64 {
		at := bytes.IndexByte(b, '@')
		if at < 0 {
			return false
		}
		if address(b, at) != nil {
			return true
		}
		b = b[at+1:]
	}
	return false
}

// address returns the e-mail address around the @ at index at, or nil.
func address(b []byte, at int) []byte {
	if start, end := addressAt(b, at); email(b[start:end]) {
		return b[start:end]
	}
	return nil
}

// addressAt returns where the address around the @ at index at begins and ends,
// if it is one.
func addressAt(b []byte, at int) (start, end int) {
	start, end = at, at+1
	for start > 0 && at-start < 64 && mailByte(b[start-1]) && b[start-1] < 0x80 {
		start--
	}
	for end < len(b) && end-at < maxID && b[end] < 0x80 && (alphanumeric(b[end]) || b[end] == '.' || b[end] == '-') {
		end++
	}
	for end > at+1 && (b[end-1] == '.' || b[end-1] == '-') {
		end--
	}
	return start, end
}
