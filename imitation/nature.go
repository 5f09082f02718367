package imitation

import "unicode/utf8"

// nature is what a string of data is, by its start.
type nature uint8

const (
	wordText   nature = iota // one that programs read: "ok"
	nameText                 // one that says what something else is: a type, the name of a file, an address of the web
	proseText                // to read
	linesText                // to read, of several lines
	stampText                // a date, a number, an address of a person
	markupText               // a document, or a piece of one
	packedText               // what may be one
	listText                 // a list in a string
)

// natureHead is how much of a string tells, in bytes as they come.
const natureHead = 64

// looks is what the start of a string has.
type looks struct {
	size, digits       int
	first              rune
	blank, wide, line  bool
	at, slash, dot     bool
	small, capital     bool
	markup, other, hex bool
}

// natureOf tells by the start of a string, which may go on.
func natureOf(head []byte) nature {
	l := looksOf(head)
	switch {
	case l.markup || l.first == '{':
		return markupText
	case l.first == '[':
		return listText
	case l.line:
		return linesText
	case !l.other && !l.wide && !l.hex && l.small && l.capital && l.size >= minPacked:
		return packedText
	case l.at && !l.blank && !l.wide, l.first >= '0' && l.first <= '9' && l.digits >= 4:
		return stampText
	case l.wide || l.blank:
		return proseText
	case l.hex && l.digits > 0:
		return stampText
	case l.digits > 0 && !l.slash && l.first != '#':
		return stampText
	case l.slash || l.dot:
		return nameText
	}
	return wordText
}

// counted reports whether a key that begins so is the number of something, the name
// of a cell, or made by a program: none that words have in a dictionary.
func counted(head []byte) bool {
	l := looksOf(head)
	return l.digits > 0 && (l.digits == l.size || !l.small && !l.other || l.size >= minPacked && l.hex)
}

// minPacked is from when on a single word may be a document, or a word of one.
const minPacked = 16

func looksOf(head []byte) looks {
	l := looks{first: -1, hex: true}
	before := rune(-1)
	for i := 0; i < len(head) && head[i] != '"'; {
		r, n := utf8.DecodeRune(head[i:])
		if r == '\\' {
			l.line = l.line || i+1 < len(head) && (head[i+1] == 'n' || head[i+1] == 'r')
			if r, n = unescapeRune(head[i:]); r < 0 {
				r = ' '
			}
		}
		i += n
		if l.size++; l.first < 0 {
			l.first = r
		}
		l.see(r, before)
		before = r
	}
	return l
}

func (l *looks) see(r, before rune) {
	switch {
	case r >= utf8.RuneSelf:
		l.wide = true
		return
	case blank(byte(r)):
		l.blank = true
	case r >= '0' && r <= '9':
		l.digits++
	case r == '@':
		l.at = true
	case r == '/':
		l.slash = true
	case r == '.':
		l.dot = true
	}
	b := byte(r)
	l.small = l.small || b >= 'a' && b <= 'z'
	l.capital = l.capital || b >= 'A' && b <= 'Z'
	l.markup = l.markup || before == '<' && (letter(b) || b == '!' || b == '/')
	l.other = l.other || !inAlphabet[b]
	l.hex = l.hex && (hex(b) >= 0 || b == '-')
}
