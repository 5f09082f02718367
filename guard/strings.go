package guard

import "bytes"

// notText reports whether b begins with bytes that text does not have.
func notText(b []byte) bool {
	for _, c := range b[:min(len(b), 512)] {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != 0x1b && c != 0x1e && c != 0x0c {
			return true
		}
	}
	return false
}

func looksBinary(b []byte) bool { return notText(b) }

// minRun is the shortest run of printable bytes that is a string rather than
// chance. nearRuns is how many runs after an address could be its password.
const (
	minRun   = 4
	nearRuns = 6
	nearSpan = 1024 // bytes between an ID and a password in one structure
)

// readStrings is for formats that no other decoder knows (BSON, AMF, a page's
// own). It looks for a name followed by a value, and for addresses
// followed by anything. A length may precede a string and look like a letter,
// so each is tried without its first byte too.
func readStrings(r *reader, p part) bool {
	s := stringsReader{r: r}
	b := p.body
	for i := 0; i < len(b); {
		for i < len(b) && !runs[b[i]] {
			i++
		}
		start := i
		for i < len(b) && runs[b[i]] {
			i++
		}
		if i-start >= minRun && i-start <= maxValue {
			s.run(b[start:i], start)
		} else if i-start > maxValue {
			s.long(b[start:i])
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
	name   word   // of the run before, if it was a name
	secret []byte // a value under a name for passwords, until an ID is near
	label  string
	at     int // where secret was
	id     []byte
	idAt   int
	after  int // runs left after a protected address
}

func (s *stringsReader) run(b []byte, at int) {
	s.r.nested(nil, b) // a text of its own: JSON in a frame of bytes
	if s.after > 0 {
		s.after--
		s.r.at++
		s.r.unnamed(b)
		if len(b) > minPassword {
			s.r.unnamed(b[1:])
		}
	}
	if i := bytes.IndexByte(b, '@'); i > 0 {
		s.address(b, i, at)
	}
	if s.name.class != other {
		s.valueOf(b, at)
		s.name = word{}
		return
	}
	if len(b) > 40 {
		return
	}
	if w := words.lookup(b); w.class != other {
		s.name = w
	} else if w := words.lookup(b[1:]); w.class != other {
		s.name = w
	}
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
			break
		}
	}
	s.together()
}

func (s *stringsReader) valueOf(b []byte, at int) {
	switch s.name.class {
	case password, passwordWeak, newPassword, oldPassword:
		if words.lookup(b).class == other && len(b) <= maxPassword {
			s.secret, s.label, s.at = b, s.name.spelling, at
			s.together()
		}
	case id, idWeak, mail:
		if words.lookup(b).class == other {
			s.id, s.idAt = b, at
			s.together()
		}
	}
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
		s.r.words(b)
	}
}
