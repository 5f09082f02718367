package imitation

import "bytes"

// rawState is where a lexer is in an element whose content is no markup.
type rawState struct {
	name    []byte
	held    []byte // what may be the end tag, from "<" on
	escaped uint8  // in a script: 1 after "<!--", 2 after a "<script" inside of that
	last    [3]byte
}

// holdsRaw reports whether the element's content is not markup. noscript is
// among them because scripts run.
func holdsRaw(name []byte) bool {
	switch string(name) {
	case "script", "style", "title", "textarea", "noscript", "iframe", "noembed", "noframes", "xmp":
		return true
	}
	return false
}

func (l *lexer) startRaw() {
	l.raw = rawState{name: append(l.raw.name[:0], l.name...), held: l.raw.held[:0]}
	l.state = inRaw
}

// rawData reads the content of such an element up to its end tag. A script
// may hold "<!-- <script> </script> -->" with an end tag that does not end it
// (HTML, section 13.2.5.18 and on).
func (l *lexer) rawData(p []byte) []byte {
	if len(l.raw.held) == 0 {
		i := bytes.IndexByte(p, '<')
		if i < 0 {
			i = len(p)
		}
		if i > 0 {
			l.rawText(p[:i])
		}
		if i == len(p) {
			return nil
		}
		l.raw.held = append(l.raw.held, '<')
		return p[i+1:]
	}
	b := p[0]
	l.raw.held = append(l.raw.held, b)
	h := l.raw.held
	switch {
	case len(h) == 2 && (b == '/' || b == '!' && string(l.raw.name) == "script"),
		len(h) == 2 && l.raw.escaped > 0 && letter(b):
		return p[1:]
	case h[1] == '!' && (len(h) == 3 || len(h) == 4) && b == '-':
		if len(h) == 4 {
			l.raw.escaped = max(l.raw.escaped, 1)
			l.release(h)
		}
		return p[1:]
	case h[1] == '!' || len(h) == 2:
	case letter(b) && len(h) < len("</")+maxTagName:
		return p[1:]
	case blank(b) || b == '/' || b == '>':
		if l.rawTag(h[1:len(h)-1], b) {
			return p[1:]
		}
	}
	// Not what it looked like. The byte that showed it may begin another.
	l.release(h[:len(h)-1])
	return p
}

// release hands on what was held.
func (l *lexer) release(h []byte) {
	l.rawText(h)
	l.raw.held = l.raw.held[:0]
}

// rawTag decides about a tag inside of raw text. It reports whether it took
// the byte after the name.
func (l *lexer) rawTag(name []byte, after byte) bool {
	if name[0] == '/' {
		name = name[1:]
		if !bytes.EqualFold(name, l.raw.name) {
			return false
		}
		if l.raw.escaped == 2 {
			l.raw.escaped = 1
			return false
		}
		l.to.rawEnd(l.raw.name)
		l.begin(true)
		l.name = append(l.name, l.raw.name...)
		switch after {
		case '/':
			l.state = selfClosing
		case '>':
			l.emit()
		default:
			l.state = beforeKey
		}
		return true
	}
	if l.raw.escaped == 1 && bytes.EqualFold(name, []byte("script")) {
		l.raw.escaped = 2
	}
	return false
}

// rawText hands raw text on, and looks for the end of an escape.
func (l *lexer) rawText(p []byte) {
	if l.raw.escaped > 0 {
		for _, b := range p {
			l.raw.last = [3]byte{l.raw.last[1], l.raw.last[2], b}
			if string(l.raw.last[:]) == "-->" {
				l.raw.escaped = 0
			}
		}
	}
	l.to.rawText(l.raw.name, p)
}
