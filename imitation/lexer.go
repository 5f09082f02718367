package imitation

import "bytes"

// tagger receives what a lexer finds. What it is given is reused after.
type tagger interface {
	startTag(t *tag)
	endTag(name []byte)
	text(p []byte)          // cut at tags and every maxText bytes, at a place where no reference is broken
	comment(p []byte)       // its first bytes
	rawText(name, p []byte) // content of script, style, title, …; in pieces
	rawEnd(name []byte)
}

// Bounds of what a lexer keeps. What is longer is read and not kept.
const (
	maxText    = 4 << 10
	maxComment = 512
	maxTagName = 32
	maxValue   = 4 << 10   // of an attribute
	maxPacked  = 512 << 10 // of an attribute that may hold a document, all of a tag together
)

// lexer cuts HTML into tags and text as the tokenizer of the HTML Standard
// does (section 13.2.5), one byte after the other, so that it does not matter
// how the bytes arrive. golang.org/x/net/html reads from an io.Reader, which
// would take a goroutine for each response; a test holds the two to the same
// result. It keeps the attributes that this package asks for and no others.
type lexer struct {
	to    tagger
	state state
	xml   bool // no element holds raw text, and CDATA is text

	buf  []byte // pending text or comment
	name []byte // of the tag
	end  bool   // whether it is an end tag
	key  []byte // of the attribute
	tag  tag
	raw  rawState

	entities entities
}

type state uint8

const (
	inData state = iota
	tagOpen
	endTagOpen
	tagName
	beforeKey
	inKey
	afterKey
	beforeValue
	inDouble
	inSingle
	inBare
	afterValue
	selfClosing
	markupOpen
	bogusComment
	commentStart
	commentStartDash
	inComment
	commentDash
	commentEnd
	commentBang
	inCDATA
	inRaw
	inPlain
	inDeclaration
	inReference
)

func (l *lexer) write(p []byte) {
	for len(p) > 0 {
		switch l.state {
		case inData:
			p = l.data(p)
		case inDouble, inSingle, inBare:
			p = l.value(p)
		case inComment:
			p = l.inComment(p)
		case bogusComment:
			p = l.bogus(p)
		case inRaw:
			p = l.rawData(p)
		case inPlain:
			l.addText(p)
			return
		case inCDATA:
			p = l.cdata(p)
		case inDeclaration:
			p = l.declaration(p)
		case inReference:
			p = l.reference(p)
		case markupOpen, commentStart, commentStartDash, commentDash, commentEnd, commentBang:
			p = l.inMarkup(p)
		default:
			p = l.inTag(p)
		}
	}
}

// close ends the text. A tag that did not end is dropped, as browsers do.
func (l *lexer) close() {
	switch {
	case l.state >= markupOpen && l.state <= commentBang:
		l.endComment()
	case l.state == inRaw:
		l.to.rawText(l.raw.name, l.raw.held)
		l.to.rawEnd(l.raw.name)
	}
	l.flushText(true)
}

func (l *lexer) data(p []byte) []byte {
	i := bytes.IndexByte(p, '<')
	if l.entities.values != nil {
		i = bytes.IndexAny(p, "<&")
	}
	if i < 0 {
		l.addText(p)
		return nil
	}
	l.addText(p[:i])
	l.state = tagOpen
	if p[i] == '&' {
		l.state, l.key = inReference, l.key[:0]
	}
	return p[i+1:]
}

// addText keeps text until it ends or is long enough.
func (l *lexer) addText(p []byte) {
	for len(p) > 0 {
		n := min(len(p), maxText-len(l.buf))
		l.buf = append(l.buf, p[:n]...)
		p = p[n:]
		if len(l.buf) == maxText {
			l.flushText(false)
		}
	}
}

// maxReference is more than the longest character reference has, "&" and ";"
// included.
const maxReference = 40

// flushText hands text on; unless the text has ended, it holds back what may
// be half a character or half a reference.
func (l *lexer) flushText(ended bool) {
	cut := len(l.buf)
	if !ended && cut == maxText {
		for i := range maxReference {
			if b := l.buf[cut-1-i]; b == '&' || i < 4 && b >= 0xc0 {
				cut -= i + 1
				break
			} else if b == ';' {
				break
			}
		}
	}
	if cut > 0 {
		l.to.text(l.buf[:cut])
		l.buf = l.buf[:copy(l.buf, l.buf[cut:])]
	}
}

func letter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

func blank(b byte) bool {
	return b == ' ' || b == '\n' || b == '\t' || b == '\r' || b == '\f'
}

// lower appends b in lower case, up to a length.
func lower(to []byte, b byte, most int) []byte {
	if len(to) >= most {
		return to
	}
	if 'A' <= b && b <= 'Z' {
		b += 'a' - 'A'
	}
	return append(to, b)
}
