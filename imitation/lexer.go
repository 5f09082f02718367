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
	if i < 0 {
		l.addText(p)
		return nil
	}
	l.addText(p[:i])
	l.state = tagOpen
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

// inTag handles the states of a tag outside of values.
func (l *lexer) inTag(p []byte) []byte {
	b := p[0]
	switch l.state {
	case tagOpen:
		return l.open(p)
	case endTagOpen:
		switch {
		case letter(b):
			l.begin(true)
			return p
		case b == '>':
			l.state = inData
		default:
			l.startComment(bogusComment)
			return p
		}
	case tagName:
		switch {
		case blank(b):
			l.state = beforeKey
		case b == '/':
			l.state = selfClosing
		case b == '>':
			l.emit()
		default:
			l.name = lower(l.name, b, maxTagName)
		}
	case beforeKey, afterKey, selfClosing, afterValue:
		return l.between(p)
	case inKey:
		switch {
		case blank(b) || b == '/' || b == '>':
			l.state = afterKey
			return p
		case b == '=':
			l.state = beforeValue
		default:
			l.key = lower(l.key, b, maxTagName)
		}
	case beforeValue:
		switch {
		case blank(b):
		case b == '"':
			l.startValue(inDouble)
		case b == '\'':
			l.startValue(inSingle)
		case b == '>':
			l.startValue(inBare)
			l.emit()
		default:
			l.startValue(inBare)
			return p
		}
	}
	return p[1:]
}

// open decides what "<" begins.
func (l *lexer) open(p []byte) []byte {
	switch b := p[0]; {
	case letter(b):
		l.flushText(true)
		l.begin(false)
		return p
	case b == '/':
		l.flushText(true)
		l.state = endTagOpen
	case b == '!':
		l.flushText(true)
		l.startComment(markupOpen)
	case b == '?':
		l.flushText(true)
		l.startComment(bogusComment)
		return p
	default:
		l.addText([]byte("<"))
		l.state = inData
		return p
	}
	return p[1:]
}

func (l *lexer) begin(end bool) {
	l.name, l.end, l.state = l.name[:0], end, tagName
	l.tag.reset()
}

// between handles the states before, after and among attributes.
func (l *lexer) between(p []byte) []byte {
	b := p[0]
	switch {
	case b == '>':
		l.endKey()
		l.emit()
	case b == '/':
		l.endKey()
		l.state = selfClosing
	case l.state == selfClosing || l.state == afterValue:
		l.state = beforeKey
		return p
	case blank(b):
	case b == '=' && l.state == afterKey:
		l.state = beforeValue
	default:
		l.endKey()
		l.key, l.state = lower(l.key[:0], b, maxTagName), inKey
	}
	return p[1:]
}

// endKey takes an attribute that has no value.
func (l *lexer) endKey() {
	if l.state == afterKey {
		l.tag.open(l.key)
	}
	l.key = l.key[:0]
}

func (l *lexer) startValue(s state) {
	l.tag.open(l.key)
	l.key, l.state = l.key[:0], s
}

// value reads the value of an attribute.
func (l *lexer) value(p []byte) []byte {
	var i int
	switch l.state {
	case inDouble:
		i = bytes.IndexByte(p, '"')
	case inSingle:
		i = bytes.IndexByte(p, '\'')
	default:
		i = bytes.IndexFunc(p, func(r rune) bool { return r == '>' || r < 0x80 && blank(byte(r)) })
	}
	if i < 0 {
		l.tag.add(p)
		return nil
	}
	l.tag.add(p[:i])
	switch {
	case l.state != inBare:
		l.state = afterValue
	case p[i] == '>':
		l.emit()
	default:
		l.state = beforeKey
	}
	return p[i+1:]
}

// emit hands the tag on and decides how to read what follows.
func (l *lexer) emit() {
	l.state = inData
	l.tag.name = l.name
	if l.end {
		l.to.endTag(l.name)
		return
	}
	l.tag.close()
	l.to.startTag(&l.tag)
	switch {
	case l.xml:
	case string(l.name) == "plaintext":
		l.state = inPlain
	case holdsRaw(l.name):
		l.startRaw()
	}
}
