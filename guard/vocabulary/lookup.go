package vocabulary

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// Lookup tells what a field of this name holds. name is as sent, in any case, of any
// length and not kept; the word of a name that says nothing is the zero word. It does not
// allocate.
func Lookup(name []byte) Word { return words.lookup(name) }

func (v *vocabulary) lookup(name []byte) Word {
	if len(name) == 0 || len(name) > MaxName {
		return Word{}
	}
	var buf [MaxName]byte
	whole := Normalise(buf[:0], name)
	if w, ok := v.find(whole, name); ok {
		return w
	}
	leaf := Leaf(name)
	if len(leaf) == 0 || len(leaf) == len(name) {
		return Word{}
	}
	if w, ok := v.find(Normalise(buf[:0], leaf), leaf); ok {
		return w
	}
	// Symfony names the two fields of a new password x[password][first] and
	// x[password][second]; others end in [value].
	var w Word
	if parent := name[:bytes.LastIndex(name, leaf)]; len(parent) > 0 {
		switch string(leaf) {
		case "first", "value", "text", "raw", "plain":
			w = v.lookup(bytes.TrimRight(parent, "[].:$/|"))
		case "second":
			if w = v.lookup(bytes.TrimRight(parent, "[].:$/|")); w.Class == Password {
				w.Class = ConfirmPassword
			}
		}
	}
	return w
}

// find looks up a normalised name, then without the number at its end.
func (v *vocabulary) find(normal, name []byte) (Word, bool) {
	if len(normal) == 0 {
		return Word{}, false
	}
	if v.hint[hintOf(normal)] {
		if w, ok := v.exact[string(normal)]; ok {
			return w, true
		}
	}
	if w, ok := v.ending(normal, name); ok {
		return w, true
	}
	short := normal
	for len(short) > 0 && '0' <= short[len(short)-1] && short[len(short)-1] <= '9' {
		short = short[:len(short)-1]
	}
	if len(short) == len(normal) || len(short) == 0 {
		return Word{}, false
	}
	if w, ok := v.exact[string(short)]; ok {
		return w, true
	}
	return v.ending(short, name)
}

// ending finds the longest stem that normal ends in.
func (v *vocabulary) ending(normal, name []byte) (found Word, ok bool) {
	length := 0
	for _, s := range v.stems[normal[len(normal)-1]] {
		if len(s.normal) > length && len(normal) > len(s.normal) && string(normal[len(normal)-len(s.normal):]) == s.normal {
			found, length = s.Word, len(s.normal)
		}
	}
	if length == 0 {
		return Word{}, false
	}
	c, changed := v.prefixed(normal[:len(normal)-length], name)
	switch {
	case !changed:
	case c == Other:
		return Word{}, true
	case found.Class == Password:
		found.Class = c
	}
	return found, true
}

// prefixed looks for a word that turns the meaning around: the whole prefix,
// or any part of the name as written, between separators and humps.
func (v *vocabulary) prefixed(prefix, name []byte) (Class, bool) {
	if c, ok := v.prefixes[string(prefix)]; ok {
		return c, true
	}
	var buf [MaxName]byte
	start := 0
	for i := 1; i <= len(name); i++ {
		if i < len(name) && isAlphanumeric(name[i]) && (!isUpper(name[i]) || isUpper(name[i-1])) {
			continue
		}
		if c, ok := v.prefixes[string(Normalise(buf[:0], name[start:i]))]; ok {
			return c, true
		}
		start = i
	}
	return Other, false
}

// Leaf returns the last part of a path: of user[password], a.b.password,
// ctl00$Main$password, ns:password. It shares the memory of name.
func Leaf(name []byte) []byte {
	end := len(name)
	for end > 0 && (name[end-1] == ']' || name[end-1] == '[') {
		end--
	}
	for i := end - 1; i >= 0; i-- {
		switch name[i] {
		case '[', '.', '$', ':', '/', '|', ']':
			return name[i+1 : end]
		}
	}
	return name[:end]
}

// Normalise appends name in lower case without punctuation, full-width letters
// made narrow. The result is never longer than name.
func Normalise(dst, name []byte) []byte {
	for i := 0; i < len(name); {
		c := name[i]
		if c < utf8.RuneSelf {
			if isUpper(c) {
				c += 'a' - 'A'
			}
			if isAlphanumeric(c) {
				dst = append(dst, c)
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(name[i:])
		i += size
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		if r = unicode.ToLower(r); !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) && r != 'ー' {
			continue
		}
		if utf8.RuneLen(r) <= size {
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || isUpper(c) || c >= utf8.RuneSelf
}
