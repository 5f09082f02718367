package guard

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// attached takes what is written right behind or before an ID, without a blank.
func (r *reader) attached(after, before []byte) {
	if i := bytes.IndexFunc(after, breaks); i >= 0 {
		after = after[:i]
	}
	if i := bytes.LastIndexFunc(before, breaks); i >= 0 {
		_, size := utf8.DecodeRune(before[i:])
		before = before[i+size:]
	}
	if rest := bytes.TrimLeft(after, marks); len(rest) < len(after) {
		mark := after[:len(after)-len(rest)]
		r.candidate(rest)
		r.candidate(after[1:])
		first, _, _ := bytes.Cut(rest, mark)
		r.candidate(first)
	}
	if rest := bytes.TrimRight(before, marks); len(rest) < len(before) {
		mark := before[len(rest):]
		r.candidate(rest)
		if i := bytes.LastIndex(rest, mark); i >= 0 {
			r.candidate(rest[i+len(mark):])
		}
	}
}

// phrases takes what stands on the line of an ID, or on the next, as a whole: a password
// may have blanks.
func (r *reader) phrases(after, before []byte) {
	apart := func(c rune) bool { return breaks(c) || strings.ContainsRune(marks, c) }
	line := bytes.TrimLeftFunc(after, apart)
	if i := bytes.IndexAny(line, "\n\""); i >= 0 {
		line = line[:i]
	}
	r.phrase(line)
	before = bytes.TrimRightFunc(before, apart)
	r.phrase(before[bytes.LastIndexAny(before, "\n\"")+1:])
}

func (r *reader) phrase(line []byte) {
	if line = bytes.TrimFunc(line, breaks); bytes.IndexByte(line, ' ') > 0 {
		r.candidate(line)
	}
}
