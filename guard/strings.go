package guard

import (
	"bytes"

	"sekisho/guard/charset"
	"sekisho/guard/vocabulary"
)

func looksBinary(b []byte) bool { return charset.NotText(b) }

// minRun is the shortest run of printable bytes that is a string rather than
// chance. nearRuns is how many runs after an address could be its password.
const (
	minRun   = 4
	nearRuns = 6
	nearSpan = 1024 // bytes between an ID and a password in one structure
	nameSpan = 16   // bytes between a name and its value: a type, a length
)

// readStrings is for formats that no other decoder knows (BSON, AMF, a page's
// own). It looks for a name followed by a value, and for addresses
// followed by anything. A length may precede a string and look like a letter,
// so each is tried without its first byte too.
func readStrings(r *reader, p part) bool {
	b := p.body
	s := stringsReader{r: r, body: b}
	for i := 0; i+minRun <= len(b); {
		// The last byte of the shortest run that could begin here decides
		// first: most of a picture is passed over four bytes at a time.
		start := i + minRun - 1
		if !runs[b[start]] {
			i += minRun
			continue
		}
		end := start + 1
		for start > i && runs[b[start-1]] {
			start--
		}
		for end < len(b) && runs[b[end]] {
			end++
		}
		i = end + 1
		if s.after > 0 || end-start >= minWide && pairs(b[start:end]) {
			s.widened(start, end)
		}
		switch n := end - start; {
		case n > maxValue:
			s.long(b[start:end])
		case n >= minRun:
			s.run(b[start:end], start)
		}
	}
	return false
}

// runs are the bytes of a run: printable ASCII.
var runs = func() (t [256]bool) {
	for c := ' '; c < 0x7f; c++ {
		t[c] = true
	}
	return t
}()

type stringsReader struct {
	r      *reader
	body   []byte
	name   vocabulary.Word // of the run before, if it was a name
	nameAt int             // where that ended
	secret []byte          // a value under a name for passwords, until an ID is near
	label  string
	at     int // where secret was
	id     []byte
	idAt   int
	after  int // runs left after a protected address
	wide   int // where the last run ended that has other letters than ASCII
}

func (s *stringsReader) run(b []byte, at int) {
	if len(b) >= minOpaque {
		s.r.nested(nil, b) // a text of its own: JSON in a frame of bytes
	}
	if s.after > 0 {
		s.after--
		s.near(b)
	}
	if len(b) >= len("a@b.jp") {
		if i := bytes.IndexByte(b, '@'); i > 0 {
			s.address(b, i, at)
		}
	}
	if s.name.Class != vocabulary.Other {
		named := s.name
		s.name = vocabulary.Word{}
		if s.adjoins(at) {
			s.valueOf(named, b, at)
			return
		}
	}
	if len(b) > 40 || !nameLike(b[1:]) {
		return
	}
	if w := vocabulary.Lookup(b); w.Class != vocabulary.Other {
		s.name, s.nameAt = w, at+len(b)
	} else if w := vocabulary.Lookup(b[1:]); w.Class != vocabulary.Other {
		s.name, s.nameAt = w, at+len(b)
	}
}

// adjoins reports whether a run at at can be the value of the name before it. What
// is random has names as well, and a run of some sort behind each; a structure has
// them side by side, or pads with zeros.
func (s *stringsReader) adjoins(at int) bool {
	gap := s.body[s.nameAt:at]
	return len(gap) <= nameSpan || len(gap) <= nearSpan && len(bytes.Trim(gap, "\x00")) <= nameSpan
}

// nameLike reports whether b could be a name in a program. Most runs of chance
// fail at their first bytes.
func nameLike(b []byte) bool {
	for _, c := range b {
		if !alphanumeric(c) && c != '_' && c != '-' && c != '.' && c != '[' && c != ']' {
			return false
		}
	}
	return true
}

// address notes an address. Its ends may have caught a length or a tag.
func (s *stringsReader) address(b []byte, i, at int) {
	v := address(b, i)
	if v == nil {
		return
	}
	s.id, s.idAt = v, at
	for _, try := range [][]byte{v, v[1:], v[:len(v)-1]} {
		if s.r.isKnown(try) {
			s.r.at++
			s.r.keep(&s.r.knownIDs, value{v: try, at: s.r.at})
			s.after = nearRuns
			s.lettersAfter(at + len(b))
			break
		}
	}
	s.together()
}

func (s *stringsReader) valueOf(name vocabulary.Word, b []byte, at int) {
	switch name.Class {
	case vocabulary.Password, vocabulary.PasswordWeak, vocabulary.NewPassword, vocabulary.OldPassword:
		if vocabulary.Lookup(b).Class == vocabulary.Other && len(b) <= maxPassword {
			s.secret, s.label, s.at = b, name.Spelling, at
			s.together()
		}
	case vocabulary.ID, vocabulary.IDWeak, vocabulary.Mail:
		if vocabulary.Lookup(b).Class == vocabulary.Other && plainID(b) {
			s.id, s.idAt = b, at
			s.together()
		}
	}
}

// plainID reports whether b has nothing in it but what IDs are made of. Its ends may
// have caught a length or a tag.
func plainID(b []byte) bool {
	for _, c := range b[1 : len(b)-1] {
		if !alphanumeric(c) && !bytes.ContainsRune([]byte("@._-+ \\/#"), rune(c)) {
			return false
		}
	}
	return true
}

// together adds an ID and a password that lie near each other.
func (s *stringsReader) together() {
	if s.id == nil || s.secret == nil || max(s.at-s.idAt, s.idAt-s.at) > nearSpan {
		return
	}
	s.r.add([]byte("username"), s.id, text)
	s.r.add([]byte(s.label), s.secret, text)
	s.secret = nil
}

// long looks through a run that is a text of its own.
func (s *stringsReader) long(b []byte) {
	s.r.nested(nil, b)
	if s.r.everything() {
		s.r.around(b)
	}
}
