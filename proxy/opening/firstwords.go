package opening

import (
	"bytes"
	"strings"

	"golang.org/x/net/http/httpguts"
)

const (
	// maxOddMethod is how long a first word behind NULs may be that is not whole, and be
	// a method. A length that looks like a letter is a greater one.
	maxOddMethod = '!' - 1
	// shortWord is a word that a number may look like, by chance.
	shortWord = 3
)

// firstLine is what there is of a client's first line.
type firstLine struct {
	gap  gap
	line []byte // behind the gap, without its end
	word int    // the length of its first word
	ends bool   // it is whole; NUL ends it as well, which is in no text (AMQP, Git)
}

func readFirst(said []byte) firstLine {
	f := firstLine{gap: gapOf(said)}
	f.line = said[f.gap.size:]
	if end := bytes.IndexAny(f.line, "\n\x00"); end >= 0 {
		f.line, f.ends = f.line[:end], true
	}
	f.line = f.line[:min(len(f.line), maxFirstLine)]
	part := isToken
	if len(f.line) > 0 && isSign(f.line[0]) {
		part = func(c byte) bool { return '!' <= c && c <= '~' }
	}
	for f.word < len(f.line) && part(f.line[f.word]) {
		f.word++
	}
	return f
}

// begins says what the first word alone does: nothing is clear without one, and what
// is in no method, nor parts one from a target, makes a number of it that looks like
// text.
func (f firstLine) begins() (o Kind, clear bool) {
	whole := f.ends || f.word < len(f.line)
	switch {
	case len(f.line) == 0 && !f.ends:
		if f.gap.size >= maxFirstLine {
			return Web, true
		}
		return Unclear, true
	case f.word == 0:
		return Other, true
	case f.method():
		return Unclear, false
	case f.gap.null && f.word > maxOddMethod && !f.versioned():
		return Other, true
	case !whole:
		return Unclear, len(f.line) < maxFirstLine
	case f.word == len(f.line), isBlank(f.line[f.word]):
		return Unclear, false
	}
	return Other, !f.text() || isBinary(f.line[f.word])
}

// goesOn is the opening of a line that has shown nothing yet; long is that of one
// which does so for too long.
func (f firstLine) goesOn(long Kind) Kind {
	switch {
	case len(f.line) == maxFirstLine:
		return long
	case f.ends, (f.word < shortWord || !f.text()) && f.binary():
		return Other
	}
	return Unclear
}

// text reports whether it begins like the line of a protocol of text.
func (f firstLine) text() bool { return !f.gap.odd && f.word > 0 && isLetter(f.line[0]) }

// binary reports whether anything but text stands in it.
func (f firstLine) binary() bool {
	for _, c := range f.line {
		if isBinary(c) && !isBlank(c) {
			return true
		}
	}
	return false
}

// method reports whether the first word is whole, and a method of HTTP.
func (f firstLine) method() bool {
	return (f.ends || f.word < len(f.line)) && methods[string(bytes.ToUpper(f.line[:f.word]))]
}

// stomp reports whether it is CONNECT with nothing behind, so far, which begins STOMP
// and no request that anybody could serve.
func (f firstLine) stomp() bool {
	return strings.EqualFold(string(bytes.TrimSuffix(f.line, []byte("\r"))), "CONNECT")
}

// versioned reports whether a version of HTTP stands behind a blank.
func (f firstLine) versioned() bool {
	const version = "HTTP/"
	for at := f.word + 1; at+len(version) <= len(f.line); at++ {
		if isBlank(f.line[at-1]) && strings.EqualFold(string(f.line[at:at+len(version)]), version) {
			return true
		}
	}
	return false
}

// asks reports whether a path or a URL stands behind the first blank.
func (f firstLine) asks() bool {
	for at := f.word; at < len(f.line); at++ {
		if isBlank(f.line[at]) {
			target := bytes.TrimLeftFunc(f.line[at:], func(c rune) bool { return c <= ' ' })
			return bytes.HasPrefix(target, []byte("/")) || bytes.HasPrefix(bytes.TrimLeftFunc(target, isSchemeLetter), []byte("://"))
		}
	}
	return false
}

// gap is what a client says before its first word, and a lenient server passes over:
// line ends (RFC 9112, section 2.2), what Python strips of a line, a mark of byte order,
// and NULs at the beginning; those behind something else are numbers.
type gap struct {
	size int
	odd  bool // more than line ends and blanks
	null bool // NULs
}

func gapOf(said []byte) (g gap) {
	for g.size < len(said) && said[g.size] == 0 {
		g.size, g.odd, g.null = g.size+1, true, true
	}
	for ; g.size < len(said); g.size++ {
		switch c := said[g.size]; {
		case c == '\n', c == '\r', c == '\t', c == ' ':
			continue
		case isBlank(c):
			g.odd = true
			continue
		}
		rest := said[g.size:]
		if mark := []byte("\xef\xbb\xbf"); len(rest) >= len(mark) && bytes.HasPrefix(rest, mark) {
			g.size, g.odd = g.size+len(mark)-1, true
		} else if bytes.HasPrefix(mark, rest) {
			return gap{size: len(said), odd: true, null: g.null} // so far
		} else {
			break
		}
	}
	return g
}

// isBlank reports whether somebody takes c for what parts the words of a request line:
// a blank of RFC 9112, section 3, or of Python's str.split, which reads Latin-1.
func isBlank(c byte) bool {
	return c == ' ' || '\t' <= c && c <= '\r' && c != '\n' || 0x1c <= c && c <= 0x1f || c == 0x85 || c == 0xa0
}

// isBinary reports whether c is in no line of text.
func isBinary(c byte) bool { return c < '\t' || c > '\r' && c < ' ' || c >= 0x7f }

// isToken reports whether c may stand in a method (RFC 9110, section 5.6.2).
func isToken(c byte) bool { return httpguts.IsTokenRune(rune(c)) }

// isSign reports whether c is in no method, but Python would take a word that begins
// with it for one, and no protocol that is written in one line without an end begins so
// (XML, JSON, S-expressions).
func isSign(c byte) bool { return strings.IndexByte("\"),/;=>?@\\]}", c) >= 0 }

// isLetter reports whether c is one of ASCII.
func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isSchemeLetter(c rune) bool { return c < 0x80 && isLetter(byte(c)) }
