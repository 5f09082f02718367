package imitation

import (
	"bytes"
	"html"
	"strings"
)

// Bounds of the entities of a document of XML.
const (
	maxDTD        = 64 << 10
	maxEntities   = 256
	maxEntityName = 64
	maxExpanded   = 256 << 10 // put in by references, all together
	maxNested     = 8         // entities in one another
)

// entities are those that a document of XML declares itself (XML 1.0, section 4.2),
// and its declaration while it is read.
type entities struct {
	values map[string]string // nil: none
	quote  byte              // that ends the literal at hand
	subset bool              // inside of brackets
	skip   string            // that ends the comment or instruction at hand
	tail   [3]byte
	left   int // that may still be put in
	depth  int
}

// declaration reads a document type declaration up to its end. Comments are left
// out of what is kept: what they hold declares nothing.
func (l *lexer) declaration(p []byte) []byte {
	e := &l.entities
	for i, b := range p {
		e.tail = [3]byte{e.tail[1], e.tail[2], b}
		switch {
		case e.skip != "":
			if bytes.HasSuffix(e.tail[:], []byte(e.skip)) {
				e.skip = ""
			}
			continue
		case e.quote != 0:
			if b == e.quote {
				e.quote = 0
			}
		case b == '"' || b == '\'':
			e.quote = b
		case b == '[' || b == ']':
			e.subset = b == '['
		case b == '?' && e.tail[1] == '<':
			e.skip = "?>"
		case b == '-' && string(e.tail[:]) == "!--":
			e.skip = "-->"
		case b == '>' && !e.subset:
			e.declare(l.buf, maxNested)
			l.buf, l.state = l.buf[:0], inData
			return p[i+1:]
		}
		if len(l.buf) == maxDTD {
			l.buf, l.state = l.buf[:0], bogusComment
			return p[i:]
		}
		l.buf = append(l.buf, b)
	}
	return nil
}

// declare takes the entities that p declares; of those of one name the first counts.
// What a parameter entity holds is declared where that is.
func (e *entities) declare(p []byte, depth int) {
	for depth > 0 {
		var ok bool
		if _, p, ok = bytes.Cut(p, []byte("<!ENTITY")); !ok {
			return
		}
		rest := bytes.TrimLeft(p, " \t\r\n")
		rest, parameter := bytes.CutPrefix(rest, []byte("%"))
		rest = bytes.TrimLeft(rest, " \t\r\n")
		n := bytes.IndexAny(rest, " \t\r\n\"'")
		if n <= 0 || n > maxEntityName {
			continue
		}
		name := string(rest[:n])
		rest = bytes.TrimLeft(rest[n:], " \t\r\n")
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			continue // it is elsewhere, and browsers do not fetch it
		}
		value, after, ok := bytes.Cut(rest[1:], rest[:1])
		if !ok {
			return
		}
		p = after
		plain := byNumber(string(value))
		switch _, known := e.values[name]; {
		case parameter:
			e.declare([]byte(plain), depth-1)
		case known || len(e.values) == maxEntities:
		case e.values == nil:
			e.values, e.left = map[string]string{name: plain}, maxExpanded
		default:
			e.values[name] = plain
		}
	}
}

// byNumber resolves references by number, once, and no others.
func byNumber(s string) string {
	var out strings.Builder
	for {
		before, ref, ok := strings.Cut(s, "&#")
		out.WriteString(before)
		if !ok {
			return out.String()
		}
		n := strings.IndexByte(ref, ';') + 1
		out.WriteString(html.UnescapeString("&#" + ref[:n]))
		s = ref[n:]
	}
}

// reference reads the name of an entity behind "&", which is in buf no more. What
// it stands for is read in its place, markup and all.
func (l *lexer) reference(p []byte) []byte {
	e := &l.entities
	for i, b := range p {
		if b != ';' && b != '<' && b != '&' && !blank(b) && len(l.key) < maxEntityName {
			l.key = append(l.key, b)
			continue
		}
		value, known := e.values[string(l.key)]
		l.state = inData
		if b != ';' || !known || e.depth == maxNested || len(value) > e.left {
			l.addText([]byte("&"))
			l.addText(l.key)
			return p[i:]
		}
		e.left -= len(value)
		e.depth++
		l.write([]byte(value))
		e.depth--
		return p[i+1:]
	}
	return nil
}

// inValues puts the entities into the values of the tag at hand.
func (l *lexer) inValues() {
	for a := range l.tag.spans {
		if v := l.tag.get(attribute(a)); bytes.IndexByte(v, '&') >= 0 {
			l.tag.set(attribute(a), []byte(l.entities.expanded(string(v), maxNested)))
		}
	}
}

// expanded is text with the entities in their places.
func (e *entities) expanded(s string, depth int) string {
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "&")
		out.WriteString(before)
		if !ok {
			return out.String()
		}
		name, after, ok := strings.Cut(rest, ";")
		value, known := e.values[name]
		if !ok || !known || depth == 0 || len(value) > e.left {
			out.WriteByte('&')
			s = rest
			continue
		}
		e.left -= len(value)
		out.WriteString(e.expanded(value, depth-1))
		s = after
	}
}
