package lookalike

import (
	"bytes"
	"strings"
)

// appendRelation says what is written and how that comes to the brand:
// "amozon is amazon with one letter replaced".
func (v *view) appendRelation(b []byte, h *hit, technique string) []byte {
	b = v.appendWritten(b, h)
	label := v.parts[h.part].label
	relation := ""
	switch {
	case h.dots > 1:
		relation = " is %s with dots in it"
	case h.dots == 1:
		relation = " is %s with a dot in it"
	case v.wears(label, spelt):
		relation = " spells %s with kana"
	case v.wears(label, transcribed):
		relation = " spells %s in another script"
	case v.wears(label, misspelt):
		relation = " is %s in kana with a slip"
	case v.wears(label, mixed):
		relation = " mixes scripts to look like %s"
	case technique == "bitsquat":
		relation = " is %s with one bit of a letter turned over"
	case h.how == exact && bytes.IndexByte(v.text[h.from:h.to], '-') >= 0:
		relation = " is %s with a hyphen in it"
	case h.how <= spoofed && v.covers(h):
		relation = " looks like %s"
	case h.how <= spoofed:
		relation = " holds what looks like %s"
	case v.foreignScript(h):
		relation = " reads much like %s"
	default:
		relation = v.change(h)
	}
	before, after, _ := strings.Cut(relation, "%s")
	return append(append(append(b, before...), h.brand.text...), after...)
}

// covers reports whether what is written is the brand and nothing else, once
// it is brought to its letters.
func (v *view) covers(h *hit) bool {
	if v.foreignScript(h) {
		return v.fills(h)
	}
	var buf [2 * maxBrand]byte
	s := v.text[h.from:h.to]
	return len(s) <= len(buf) && string(appendFolded(buf[:0], string(s))) == h.brand.text
}

// change says by which edits h comes to the brand, hyphens aside.
func (v *view) change(h *hit) string {
	var buf [2][2 * maxCore]byte
	s := buf[0][:0]
	for _, c := range v.text[h.from:h.to] {
		if c != '-' && c != '_' && len(s) <= maxCore {
			s = append(s, c)
		}
	}
	if len(s) > maxCore {
		return " resembles %s"
	}
	d := distance(s, h.brand.text)
	if t := appendFolded(buf[1][:0], string(s)); distance(t, h.brand.text) < d {
		return " looks much like %s"
	}
	switch {
	case d == 0:
		return " reads as %s"
	case h.how == swapped && d == 1:
		return " is %s with two letters exchanged"
	case d == 1:
		return slip(s, h.brand.text)
	case d == 2 && len(s) == len(h.brand.text)-2:
		return " is %s with two letters left out"
	case d == 2 && len(s) == len(h.brand.text)+2:
		return " is %s with two letters added"
	case d == 2:
		return " is %s with two letters changed"
	case d == 3:
		return " is %s with three letters changed"
	}
	return " has the consonants of %s in order"
}

// slip says which one edit makes s of brand, if it is no exchange.
func slip(s []byte, brand string) string {
	i := 0
	for i < len(s) && i < len(brand) && s[i] == brand[i] {
		i++
	}
	switch {
	case len(s) < len(brand):
		return " is %s with one letter left out"
	case len(s) == len(brand):
		return " is %s with one letter replaced"
	case i > 0 && s[i] == s[i-1]:
		return " is %s with one letter doubled"
	}
	return " is %s with one letter added"
}

// foreignScript reports whether the label of h is written with characters
// beyond ASCII.
func (v *view) foreignScript(h *hit) bool {
	label := v.parts[h.part].label
	for s := mixed; s < allScripts; s++ {
		if v.wears(label, s) {
			return true
		}
	}
	return false
}

// appendWritten appends h as it is written in the name; in a label of other
// scripts, the whole label as people see it.
func (v *view) appendWritten(b []byte, h *hit) []byte {
	if h.dots > 0 {
		return v.appendTorn(b, h)
	}
	if v.foreignScript(h) {
		labels := strings.Split(v.name.Unicode(), ".")
		if i := len(labels) - 2 - strings.Count(v.suffix, ".") - int(v.parts[h.part].label); i >= 0 {
			return append(b, labels[i]...)
		}
	}
	return append(b, v.text[h.from:h.to]...)
}
