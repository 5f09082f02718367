package imitation

import "unicode/utf8"

// bitText is text that is written bit by bit with two characters that nobody sees,
// between others or in a string: zero-width space and non-joiner, or the two fillers
// of hangul.
type bitText struct {
	chars [2]rune
	bytes []byte
	last  byte
	bits  int
}

// minUnseen is how many of them stand in a row: a joiner in a word of Persian stands
// alone.
const minUnseen = 8

// isUnseen reports whether r is such a character.
func isUnseen(r rune) bool {
	switch {
	case r >= 0x200b && r <= 0x200f, r >= 0x2060 && r <= 0x2064, r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0000 && r <= 0xe01ef:
		return true
	}
	switch r {
	case 0xad, 0x34f, 0x115f, 0x1160, 0x180e, 0x3164, 0xfeff, 0xffa0:
		return true
	}
	return false
}

// bitsIn reports whether text, of characters beyond ASCII, may begin or end with some.
func bitsIn(text []byte) bool {
	first, _ := utf8.DecodeRune(text)
	last, _ := utf8.DecodeLastRune(text)
	return isUnseen(first) || isUnseen(last)
}

// take keeps the bits in text.
func (u *bitText) take(text []byte) {
	var row []rune
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		text = text[n:]
		if isUnseen(r) {
			row = append(row, r)
			continue
		}
		u.add(row)
		row = row[:0]
	}
	u.add(row)
}

func (u *bitText) add(row []rune) {
	if len(row) < minUnseen && u.bits == 0 {
		return
	}
	for _, r := range row {
		switch {
		case u.chars[0] == 0:
			u.chars[0] = r
		case u.chars[1] == 0 && r != u.chars[0]:
			u.chars[1] = r
		}
		if r != u.chars[0] && r != u.chars[1] || len(u.bytes) == maxVault {
			continue
		}
		u.last <<= 1
		if r == u.chars[1] {
			u.last |= 1
		}
		if u.bits++; u.bits%8 == 0 {
			u.bytes = append(u.bytes, u.last)
		}
	}
}

// plain returns what the bits say, with either of the characters as one: bytes, or
// numbers of two bytes each. It is nil when that is no text.
func (u *bitText) plain() []byte {
	if len(u.bytes) < minPart {
		return nil
	}
	none := []rune{0}
	for _, size := range []int{1, 2} {
		for _, flip := range []byte{0, 0xff} {
			v := make([]rune, len(u.bytes)/size)
			for i := range v {
				for _, b := range u.bytes[i*size : (i+1)*size] {
					v[i] = v[i]<<8 | rune(b^flip)
				}
			}
			if fits(v, none) {
				return unlocked(v, none)
			}
		}
	}
	return nil
}

// reveal reads what was written so in a document or a script of it.
func (d *document) reveal(f *folder) {
	if f.bits == nil {
		return
	}
	u := f.bits
	f.bits = nil
	if p := u.plain(); p != nil && d != nil && d.level < maxLevel {
		d.unpack(p, maxLayers)
	}
}
