package imitation

import "bytes"

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
			n := wordEnd(p, false)
			for _, b := range p[:n] {
				l.name = lower(l.name, b, maxTagName)
			}
			return p[n:]
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
			n := wordEnd(p, true)
			for _, b := range p[:n] {
				l.key = lower(l.key, b, maxTagName)
			}
			return p[n:]
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

// wordEnd is where the name of an element, or of an attribute, ends that p begins with.
func wordEnd(p []byte, attribute bool) int {
	for i, b := range p {
		if blank(b) || b == '/' || b == '>' || attribute && b == '=' {
			return i
		}
	}
	return len(p)
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
	if l.entities.values != nil {
		l.inValues()
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
