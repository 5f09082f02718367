package imitation

import (
	"bytes"

	"sekisho/imitation/charset"
)

// wrapped reads text that is a document in base64, hexadecimal or percent encoding
// from its start, for a script to undo: what a server sends, or what an element
// keeps that shows nothing. It undoes it as it comes, one layer, and percent
// encoding below base64; what comes out must begin as markup does.
type wrapped struct {
	state  wrapState
	head   []byte // until there is enough to tell
	stages []undoer
	text   *charset.Decoder
	in     *document
}

type wrapState uint8

const (
	wrapOpen wrapState = iota // nobody can tell yet
	wrapOn
	wrapOff
)

// wrapHead is how much tells: the start of a document, or of a style before it.
const wrapHead = 64

// mayWrap begins text that may be wrapped: what packed looks for, or "3c".
var mayWrap = func() (t [256]bool) {
	for _, b := range []byte("P7CDIJ%3") {
		t[b] = true
	}
	return t
}()

// write reads p, which stands in d or comes for it.
func (w *wrapped) write(d *document, p []byte) {
	if w.state == wrapOff {
		return
	}
	if w.state == wrapOpen {
		if len(w.head) == 0 {
			p = bytes.TrimLeft(bytes.TrimPrefix(p, []byte("\ufeff")), " \t\r\n\f\"")
			if len(p) == 0 {
				return
			}
			if !mayWrap[p[0]] || d.level == maxLevel || len(p) >= maxPackHead && !wraps(p) {
				w.state = wrapOff
				return
			}
		}
		n := min(len(p), wrapHead-len(w.head))
		w.head, p = append(w.head, p[:n]...), p[n:]
		if len(w.head) < wrapHead {
			return
		}
		if !w.begin(d) {
			return
		}
	}
	w.undo(d, p)
}

// begin decides by the head, and reads it.
func (w *wrapped) begin(d *document) bool {
	head := w.head
	w.state = wrapOff
	if !wraps(head) {
		return false
	}
	for _, how := range []packing{inPercent, inHex, inBase64} {
		plain, ok := undone(how, head)
		below, twice := undone(inPercent, plain)
		twice = ok && how == inBase64 && twice && isMarkup(below)
		if plain = bytes.TrimLeft(plain, " \t\r\n\ufeff"); !ok || !isMarkup(plain) && !twice {
			continue
		}
		w.stages = []undoer{{how: how}}
		if twice {
			w.stages = append(w.stages, undoer{how: inPercent})
		}
		w.state, w.text, w.in = wrapOn, charset.NewDecoder(nil, "", true), d.room()
		w.undo(d, head)
		return true
	}
	return false
}

// wraps reports whether p begins as a packed document does.
func wraps(p []byte) bool {
	return holdsPacked(p) || bytes.HasPrefix(bytes.ToLower(p[:2]), []byte("3c"))
}

// undone is the plain text of a head, and whether it is packed in that way.
func undone(how packing, head []byte) ([]byte, bool) {
	u := undoer{how: how}
	plain := u.write(nil, head)
	return plain, !u.broken && len(plain) > 0 && len(plain) < len(head)
}

func (w *wrapped) undo(d *document, p []byte) {
	for i := range w.stages {
		u := &w.stages[i]
		p = u.write(nil, p)
		if u.broken {
			w.state = wrapOff
		}
	}
	w.text.Write(d.take(p), w.in.write)
}

// end is the end of the text; what follows is another.
func (w *wrapped) end() {
	if w.text != nil {
		w.text.Close(w.in.write)
		w.in.restart()
	}
	if w.state != wrapOpen || len(w.head) > 0 {
		*w = wrapped{head: w.head[:0]}
	}
}

// undoer undoes one encoding of text that comes in pieces.
type undoer struct {
	how    packing
	carry  []byte
	broken bool // it is not in that encoding any more
}

func (u *undoer) write(out, p []byte) []byte {
	for _, b := range p {
		if u.broken {
			break
		}
		switch u.how {
		case inBase64:
			out = u.base64(out, b)
		case inHex:
			out = u.hex(out, b)
		default:
			out = u.percent(out, b)
		}
	}
	return out
}

// base64 takes one byte. Pieces that were encoded each by itself end in padding.
func (u *undoer) base64(out []byte, b byte) []byte {
	switch {
	case blank(b) || b == '"' || b == '\'':
		return out
	case !inAlphabet[b]:
		u.broken = true
		return out
	case b != '=':
		if u.carry = append(u.carry, b); len(u.carry) < 4 {
			return out
		}
	}
	out = append(out, fromBase64(u.carry)...)
	u.carry = u.carry[:0]
	return out
}

func (u *undoer) hex(out []byte, b byte) []byte {
	switch {
	case blank(b):
		return out
	case hex(b) < 0:
		u.broken = true
		return out
	}
	if u.carry = append(u.carry, b); len(u.carry) < 2 {
		return out
	}
	out = append(out, byte(hex(u.carry[0])<<4|hex(u.carry[1])))
	u.carry = u.carry[:0]
	return out
}

func (u *undoer) percent(out []byte, b byte) []byte {
	if b != '%' && len(u.carry) == 0 {
		if b == '<' || b == '&' { // none of it is left in such text
			u.broken = true
			return out
		}
		return append(out, b)
	}
	u.carry = append(u.carry, b)
	need := 3
	if len(u.carry) > 1 && u.carry[1]|0x20 == 'u' {
		need = 6
	}
	if len(u.carry) < need {
		return out
	}
	out = append(out, fromPercentBytes(u.carry)...)
	u.carry = u.carry[:0]
	return out
}
