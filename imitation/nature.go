package imitation

import (
	"bytes"
	"unicode/utf8"
)

// nature is what a string of data is, by its start.
type nature uint8

const (
	wordText   nature = iota // one that programs read: "ok"
	nameText                 // what something else is: a type, the name of a file, an address of the web
	proseText                // to read
	linesText                // to read, of several ends
	stampText                // a date, a number, an address of a person
	markupText               // a document, or a piece of one
	objectText               // data in a string
	packedText               // what may be a document
	listText                 // a list in a string
)

// natureHead is how much of a string tells, in bytes as they come; minPacked is from
// when on a single word may be a document, or a word of one.
const natureHead, minPacked = 64, 16

// looks are the kinds of characters that the start of a string has.
type looks uint16

const (
	digits looks = 1 << iota
	smalls
	capitals
	blanks
	ends
	beyondASCII
	beyondBase64
	beyondHex
	ats
	slashes
	dots
	angles
	escapes
)

// looksOfByte has them for each byte.
var looksOfByte = func() (t [256]looks) {
	for i := range t {
		b := byte(i)
		for look, is := range map[looks]bool{
			digits: digit(b), smalls: b >= 'a' && b <= 'z', capitals: b >= 'A' && b <= 'Z', blanks: blank(b), beyondASCII: b >= utf8.RuneSelf,
			beyondBase64: !inAlphabet[b], beyondHex: hex(b) < 0 && b != '-', ats: b == '@', slashes: b == '/', dots: b == '.', angles: b == '<', escapes: b == '\\',
		} {
			if is {
				t[i] |= look
			}
		}
	}
	return t
}()

// natureOf tells by the start of a string, which may go on; room is for its plain
// form.
func natureOf(head, room []byte) nature {
	head, l := looksOf(head, room)
	has := func(some looks) bool { return l&some != 0 }
	switch {
	case len(head) == 0:
		return wordText
	case has(angles) && holdsTag(head):
		return markupText
	case head[0] == '{':
		return objectText
	case head[0] == '[':
		return listText
	case has(ends):
		return linesText
	case !has(beyondBase64) && has(beyondHex) && has(smalls) && has(capitals) && len(head) >= minPacked:
		return packedText
	case has(ats) && !has(blanks|beyondASCII), digit(head[0]) && manyDigits(head):
		return stampText
	case has(blanks | beyondASCII):
		return proseText
	case has(digits) && (!has(beyondHex) || !has(slashes) && head[0] != '#'):
		return stampText
	case has(slashes | dots):
		return nameText
	}
	return wordText
}

// counted reports whether a key that begins so is the number of something, the name
// of a cell, or made by a program: none that words have in a dictionary.
func counted(head []byte) bool {
	head, l := looksOf(head, nil)
	return l&digits != 0 && (l&(smalls|beyondBase64) == 0 || len(head) >= minPacked && l&beyondHex == 0)
}

// looksOf returns the start of a string, up to its end, and its looks. One with
// escapes is made plain.
func looksOf(head, room []byte) ([]byte, looks) {
	var l looks
	for i, b := range head {
		if b == '"' {
			return head[:i], l
		}
		if l |= looksOfByte[b]; b == '\\' {
			return escaped(head, room)
		}
	}
	return head, l
}

func escaped(head, room []byte) ([]byte, looks) {
	var l looks
	out := room[:0]
	for i := 0; i < len(head) && head[i] != '"'; {
		if head[i] != '\\' {
			out = append(out, head[i])
			i++
			continue
		}
		if i+1 < len(head) && (head[i+1] == 'n' || head[i+1] == 'r') {
			l |= ends
		}
		r, n := unescapeRune(head[i:])
		if r >= 0 {
			out = utf8.AppendRune(out, r)
		}
		i += n
	}
	for _, b := range out {
		l |= looksOfByte[b]
	}
	return out, l
}

// holdsTag reports whether there is the beginning of a tag in p.
func holdsTag(p []byte) bool {
	for {
		i := bytes.IndexByte(p, '<')
		if i < 0 || i+1 >= len(p) {
			return false
		}
		if p = p[i+1:]; letter(p[0]) || p[0] == '!' || p[0] == '/' {
			return true
		}
	}
}

// manyDigits reports whether p has those of a date or a number that nobody counts to.
func manyDigits(p []byte) bool {
	n := 0
	for _, b := range p {
		if digit(b) {
			n++
		}
	}
	return n >= 4
}
