package imitation

// Data comes in scripts, too: as the argument of a call (JSONP), or as the value of a
// variable, which is how servers hand a page its state. A script that is nothing but
// that says what data says, and is told by the same shape; one that does anything else
// is a program, and what it says is the page's.

// told is what the scripts of a document said.
type told struct {
	seen  set // what means something in scripts only
	words set
	brand set // the name, unless something excuses it yet
	loose set // what data says that quotes
}

func (s *script) said() (t told) {
	t.seen, t.loose = s.seen, s.earlier.loose
	if s.spots != nil {
		t.words = s.spots.seen
		if s.spots.brand >= 0 {
			t.brand.add(s.spots.sign)
		}
	}
	return t
}

// tells is what counts of it. Of a script that is data, and quotes, no more counts than
// of data that comes by itself.
func (s *script) tells() told {
	now := s.said()
	if !s.bears || s.shape == nil || !s.shape.quotes(s.page.inside != nil && len(s.page.inside.fields) > 0) {
		return now
	}
	t := s.earlier
	for i := range t.seen {
		more := (now.seen[i] | now.words[i] | now.brand[i]) &^ (t.seen[i] | t.words[i] | t.brand[i])
		t.seen[i] |= more & namesOnly[i]
		t.loose[i] |= more &^ namesOnly[i]
	}
	return t
}

// draws reports whether the scripts of a document say, and do not quote, Amazon's label for
// the name and its terms: what another script draws a form with.
func (d *document) draws() bool {
	words := d.script.tells().words
	return words.has(emailOrPhone) && words.any(copyrightLine, termsLine)
}

// runs notes that the script at hand is a program: what its strings or numbers hold is
// run, or shown, by it.
func (s *script) runs() {
	if s.shape != nil && s.shape.inScript {
		s.shape.own = true
	}
}

// endBorne ends a script of a document.
func (s *script) endBorne() {
	if !s.bears {
		return
	}
	s.page.found.learn(s.shape.fields)
	t := s.earlier
	if s.page.kind != jsonData && s.shape.data && !s.shape.program() {
		t = s.tells()
		s.seen = t.seen
		if s.spots != nil {
			s.spots.seen = t.words
			if t.brand == (set{}) {
				s.spots.brand = -1
			}
		}
	}
	s.earlier = s.said()
	s.earlier.loose = t.loose
	*s.shape = shape{inScript: true, open: s.shape.open[:0]}
}

// calling follows what names data in a script: what is called with it, or the variable that
// is set to it, and nothing else.
type calling struct {
	length int  // of the name so far
	last   byte // of it
	called bool
	values int  // named so far
	other  bool // it is a program
}

// maxName is how long a name may be, in bytes, and maxNamed how many values of one script
// have one.
const maxName, maxNamed = 128, 16

func (n *calling) name(b byte) {
	switch {
	case n.length == 0 && (b == ')' || b == ';' || b == ','): // behind data
		return
	case b == '(' && !n.called:
		n.called = true
	case !inCall[b]:
		n.other = true
	}
	n.length, n.last = n.length+1, b
	n.other = n.other || n.length > maxName
}

// inCall has the bytes of a name, of what sets it, and of a guard before it.
var inCall = func() (t [256]bool) {
	for b := range t {
		t[b] = inIdent(byte(b))
	}
	for _, b := range []byte("=./*'&") {
		t[b] = true
	}
	return t
}()

// names ends a name, before data or at the end of the script.
func (n *calling) names(data bool) {
	if n.length > 0 && !(data && (n.last == '=' || n.last == '(')) {
		n.other = true
	}
	n.values++
	n.other = n.other || n.values > maxNamed+1 // its end counts for one
	n.length, n.called = 0, false
}
