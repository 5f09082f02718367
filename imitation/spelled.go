package imitation

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Bounds of what is spelled: bytes of a run of letters, how few of them are none, and
// runs of a document that are looked at.
const (
	maxSpelled = 512
	minSpelled = 5
	maxRuns    = 256
)

// spelled puts together words whose letters stand each in an element or a block of
// its own, or with blanks between: a style puts them side by side, in the order they
// come in or the other way round. Blanks say nothing there.
type spelled struct {
	run     []byte
	letters int
	runs    int
}

// spelledWords are the labels and the brand without blanks.
var spelledWords = func() (words []line) {
	for _, l := range usedIn("label", "brand") {
		if signs[l.sign].weight > weak {
			l.pattern = strings.ReplaceAll(plainText(l.pattern), " ", "")
			words = append(words, l)
		}
	}
	return words
}()

// spell reads a text of d, folded.
func (d *document) spell(p []byte) {
	s := &d.spelled
	if s.letters == 0 && len(p) > utf8.UTFMax && p[0] != ' ' && bytes.IndexByte(p[1:utf8.UTFMax+1], ' ') < 0 || d.veil.depth > 0 {
		return // as all texts of words
	}
	p = bytes.Trim(p, " ")
	if !singly(p) || len(s.run)+len(p) > maxSpelled {
		d.endSpelled()
		return
	}
	for _, b := range p {
		if b != ' ' {
			s.run = append(s.run, b)
			if utf8.RuneStart(b) {
				s.letters++
			}
		}
	}
}

// singly reports whether a text has nothing but letters with blanks between.
func singly(p []byte) bool {
	for len(p) > 0 {
		_, n := utf8.DecodeRune(p)
		if n < len(p) && p[n] != ' ' {
			return false
		}
		p = p[min(n+1, len(p)):]
	}
	return true
}

// endSpelled looks for words in the run of letters that ends.
func (d *document) endSpelled() {
	s := &d.spelled
	if s.letters >= minSpelled && s.runs < maxRuns {
		s.runs++
		for _, run := range [][]byte{s.run, reversed(s.run)} {
			for _, w := range spelledWords {
				if bytes.Contains(run, []byte(w.pattern)) {
					d.spots.note(w.sign, d.spots.end)
				}
			}
		}
	}
	s.run, s.letters = s.run[:0], 0
}
