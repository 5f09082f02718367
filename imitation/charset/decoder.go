package charset

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"
)

// Decoder turns bytes into UTF-8 as they come. It is for one goroutine.
type Decoder struct {
	t       transform.Transformer // nil: they are UTF-8, or look so still
	guess   bool                  // nobody said what they are in, or nobody to rely on
	wide    bool                  // ASCII has another form in it: it is UTF-16
	hint    encoding.Encoding     // what they are in if not UTF-8, when somebody said; never UTF-16
	trusted bool                  // there was enough UTF-8 not to be something else
	doubts  int                   // how often there was something else all the same
	checked int                   // bytes of UTF-8 since then
	waiting []byte                // what nothing is decided about; its first byte is not ASCII
	carry   []byte                // part of a character
	buf     [4 << 10]byte
}

// guessBytes is how much of a text that is not ASCII decides on an encoding
// that nobody declared; less will do when it is UTF-8, which other encodings
// do not look like for long.
const guessBytes, guessUTF8 = 512, 64

// maxDoubts bounds how often a text is looked at again that looked like UTF-8
// and goes on with something else. Some pages have broken characters.
const maxDoubts = 8

// maxChecked is how much UTF-8 is enough to believe in the rest.
const maxChecked = 64 << 10

// NewDecoder reads what is declared in contentType and in head, the first Prescan bytes
// or all there are, which are to be written all the same. Pages are in what they say.
// Scripts and data may be UTF-8 whatever is said of them: modules are, and so is what
// fetch makes text of (HTML, section 8.1.4.2; Fetch, section 5.3).
func NewDecoder(head []byte, contentType string, page bool) *Decoder {
	e, known := declared(head, contentType)
	r := &Decoder{guess: !known}
	switch {
	case e == nil:
	case page:
		r.t, r.wide = e.NewDecoder(), !likeASCII(e)
	case !likeASCII(e) && 4*bytes.Count(head, []byte{0}) >= len(head):
		r.t = e.NewDecoder()
	default:
		r.guess = true
		r.Suggest(e)
	}
	return r
}

// Suggest takes what a meta element says that comes too late for declared.
// Browsers begin anew then (HTML, section 13.2.3.4); here, what was read stays
// as it was read.
func (r *Decoder) Suggest(e encoding.Encoding) {
	if !r.guess || r.hint != nil || !likeASCII(e) {
		return
	}
	r.hint = e
	if r.t != nil {
		r.t, r.guess = e.NewDecoder(), false
	}
}

// Wide reports whether ASCII has another form in the text.
func (r *Decoder) Wide() bool { return r.wide }

// likeASCII reports whether text in e may have looked like ASCII so far.
func likeASCII(e encoding.Encoding) bool {
	out, err := e.NewDecoder().String("a")
	return err == nil && out == "a"
}

// Write calls sink with UTF-8, which sink does not keep.
func (r *Decoder) Write(p []byte, sink func([]byte)) {
	for r.guess && len(p) > 0 {
		switch {
		case r.t != nil:
			p = r.tag(p, sink)
		case len(r.waiting) > 0:
			p = r.hold(p, sink)
		default:
			p = r.pass(p, sink)
		}
	}
	if len(p) > 0 {
		r.convert(p, false, sink)
	}
}

// Close ends the text.
func (r *Decoder) Close(sink func([]byte)) {
	for len(r.waiting) > 0 { // twice at the most
		r.decide(sink)
	}
	r.convert(nil, true, sink)
}

// tag converts up to the end of a tag, which may be one that tells the
// encoding. No encoding has ">" inside of a character.
func (r *Decoder) tag(p []byte, sink func([]byte)) []byte {
	n := bytes.IndexByte(p, '>') + 1
	if n == 0 {
		n = len(p)
	}
	r.convert(p[:n], false, sink)
	return p[n:]
}

// pass lets through what needs no decision: ASCII, and UTF-8 once it is
// trusted. It returns what is left to look at.
func (r *Decoder) pass(p []byte, sink func([]byte)) []byte {
	if len(r.carry) > 0 {
		return r.complete(p, sink)
	}
	n := ASCII(p)
	if r.trusted {
		n = readable(p[:min(len(p), maxChecked-r.checked)])
		if n < len(p) {
			if c, size := utf8.DecodeRune(p[n:]); c != utf8.RuneError {
				n += size // the limit cut it
			}
		}
	}
	if n > 0 {
		sink(p[:n])
		r.check(n)
	}
	switch p = p[n:]; {
	case len(p) == 0 || !r.guess:
		return p
	case r.trusted && !utf8.FullRune(p):
		r.carry = append(r.carry[:0], p...)
		return nil
	}
	r.waiting = append(r.waiting, p[0])
	return p[1:]
}

// check counts what was read as UTF-8.
func (r *Decoder) check(n int) {
	if r.trusted {
		r.checked += n
		r.guess = r.checked < maxChecked
	}
}

// complete goes on with a character that was cut.
func (r *Decoder) complete(p []byte, sink func([]byte)) []byte {
	r.carry = append(r.carry, p[0])
	if c := r.carry; utf8.FullRune(c) {
		r.carry = r.carry[len(c):]
		if readable(c) == len(c) {
			sink(c)
			r.check(len(c))
		} else {
			r.waiting = append(r.waiting, c...)
		}
	}
	return p[1:]
}

// hold keeps p until there is enough to decide by.
func (r *Decoder) hold(p []byte, sink func([]byte)) []byte {
	need := guessBytes
	if !r.trusted && len(r.waiting) < guessUTF8 {
		need = guessUTF8
	}
	n := min(len(p), need-len(r.waiting))
	r.waiting = append(r.waiting, p[:n]...)
	if len(r.waiting) == guessBytes || len(r.waiting) == guessUTF8 && nearlyUTF8(r.waiting) && r.waiting[0] != escape {
		r.decide(sink)
	}
	return p[n:]
}

// decide reads what was held.
func (r *Decoder) decide(sink func([]byte)) {
	p := r.waiting
	r.waiting = nil
	switch e := r.choose(p); {
	case e != nil:
		r.t = e.NewDecoder()
	case r.trusted:
		r.doubts++
		r.guess = r.doubts < maxDoubts
		n := Uncut(p)
		sink(p[:n])
		r.carry = append(r.carry, p[n:]...)
		return
	}
	r.trusted = r.t == nil
	r.Write(p, sink)
}

// choose returns nil for UTF-8.
func (r *Decoder) choose(p []byte) encoding.Encoding {
	if p[0] != escape && mostlyUTF8(p) {
		return nil
	}
	e := r.hint
	if e == nil {
		if e, _ = metaEncoding(p); e != nil && !likeASCII(e) {
			e = nil
		}
	}
	if e != nil {
		r.guess = false
		return e
	}
	return guessEncoding(p, r.trusted)
}

func (r *Decoder) convert(p []byte, end bool, sink func([]byte)) {
	if len(r.carry) > 0 {
		p, r.carry = append(r.carry, p...), nil
	}
	if r.t == nil {
		if len(p) > 0 {
			sink(p)
		}
		return
	}
	for len(p) > 0 || end {
		n, used, err := r.t.Transform(r.buf[:], p, end)
		if n > 0 {
			sink(r.buf[:n])
		}
		p = p[used:]
		if err == transform.ErrShortDst {
			continue
		}
		if err != nil && err != transform.ErrShortSrc && len(p) > 0 {
			p = p[1:] // a byte order mark that is none
			continue
		}
		break
	}
	r.carry = append(r.carry[:0:0], p...)
}
