package imitation

import "bytes"

func (l *lexer) startComment(s state) {
	l.buf, l.state = l.buf[:0], s
}

func (l *lexer) keep(b byte) {
	if len(l.buf) < maxComment || len(l.buf) < maxPacked && holdsPacked(l.buf) {
		l.buf = append(l.buf, b)
	}
}

func (l *lexer) endComment() {
	l.to.comment(l.buf)
	l.buf, l.state = l.buf[:0], inData
}

// inMarkup handles what begins with "<!", outside of a comment's content.
func (l *lexer) inMarkup(p []byte) []byte {
	b := p[0]
	switch l.state {
	case markupOpen:
		return l.markup(p)
	case commentStart, commentStartDash:
		switch {
		case b == '>':
			l.endComment() // "<!-->" and "<!--->"
		case b == '-' && l.state == commentStart:
			l.state = commentStartDash
		case b == '-':
			l.state = commentEnd
		default:
			l.state = inComment
			return p
		}
	case commentDash:
		if b != '-' {
			l.state = inComment
			return p
		}
		l.state = commentEnd
	case commentEnd:
		switch b {
		case '>':
			l.endComment()
		case '!':
			l.state = commentBang
		case '-':
		default:
			l.state = inComment
			return p
		}
	case commentBang:
		switch b {
		case '-':
			l.state = commentDash
		case '>':
			l.endComment()
		default:
			l.state = inComment
			return p
		}
	}
	return p[1:]
}

// markup tells comments, CDATA and the rest apart. Until that is clear, the
// bytes are kept in buf. CDATA exists in XML and in the foreign elements of
// HTML; elsewhere browsers read it as a comment up to the first ">". Read so
// everywhere in HTML, its content is judged as markup, which misses nothing.
func (l *lexer) markup(p []byte) []byte {
	const dashes, cdata, doctype = "--", "[CDATA[", "DOCTYPE"
	l.buf = append(l.buf, p[0])
	switch s := string(l.buf); {
	case s == dashes:
		l.startComment(commentStart)
	case l.xml && s == cdata:
		l.startComment(inCDATA)
	case l.xml && s == doctype:
		l.startComment(inDeclaration)
	case s == dashes[:1], l.xml && (len(s) < len(cdata) && s == cdata[:len(s)] || len(s) < len(doctype) && s == doctype[:len(s)]):
	default:
		l.state = bogusComment
		if p[0] == '>' {
			l.endComment()
		}
	}
	return p[1:]
}

func (l *lexer) inComment(p []byte) []byte {
	i := bytes.IndexByte(p, '-')
	end := i
	if i < 0 {
		end = len(p)
	}
	in := p[:end]
	n := max(0, min(len(in), maxComment-len(l.buf)))
	l.buf = append(l.buf, in[:n]...)
	if in = in[n:]; len(in) > 0 && holdsPacked(l.buf) { // for a script
		l.buf = append(l.buf, in[:max(0, min(len(in), maxPacked-len(l.buf)))]...)
	}
	if i < 0 {
		return nil
	}
	l.keep('-')
	l.state = commentDash
	return p[i+1:]
}

func (l *lexer) bogus(p []byte) []byte {
	i := bytes.IndexByte(p, '>')
	if i < 0 {
		return nil
	}
	l.endComment()
	return p[i+1:]
}

// cdata hands the text of a CDATA section on. It ends at "]]>".
func (l *lexer) cdata(p []byte) []byte {
	for i, b := range p {
		l.buf = append(l.buf, b)
		if b == '>' && bytes.HasSuffix(l.buf, []byte("]]>")) {
			l.buf = l.buf[:len(l.buf)-len("]]>")]
			l.flushText(true)
			l.state = inData
			return p[i+1:]
		}
		if len(l.buf) == maxText {
			tail := append([]byte(nil), l.buf[maxText-2:]...)
			l.to.text(l.buf[:maxText-2])
			l.buf = append(l.buf[:0], tail...)
		}
	}
	return nil
}
