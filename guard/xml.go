package guard

import (
	"bytes"
	"html"

	"sekisho/guard/vocabulary"
)

// looksXML reports whether b begins with a tag.
func looksXML(b []byte) bool {
	b = bytes.TrimSpace(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")))
	return len(b) > 4 && b[0] == '<' && (b[1] == '?' || b[1] == '!' || alphanumeric(b[1])) && bytes.IndexByte(b, '>') > 0
}

// xmlReader walks tags and text. It is no XML parser: what is malformed is read
// as far as it goes, because a server of a page's own may do so too.
type xmlReader struct {
	r        *reader
	open     [32][]byte // names of open elements, prefixes off
	depth    int
	said     []byte // text of a <name>, or a name attribute
	entities map[string][]byte
}

// maxEntities bounds what a document type may declare. Entities are expanded
// once, never within one another.
const maxEntities = 16

func readXML(r *reader, p part) bool {
	x := xmlReader{r: r}
	b := p.body
	for len(b) > 0 {
		lt := bytes.IndexByte(b, '<')
		if lt < 0 {
			x.text(b)
			break
		}
		x.text(b[:lt])
		b = b[lt:]
		switch {
		case bytes.HasPrefix(b, []byte("<!--")):
			b = afterXML(b, "-->")
		case bytes.HasPrefix(b, []byte("<![CDATA[")):
			rest := afterXML(b, "]]>")
			x.emit(bytes.TrimSuffix(b[9:max(9, len(b)-len(rest))], []byte("]]>")))
			b = rest
		case bytes.HasPrefix(b, []byte("<!ENTITY")):
			rest := afterXML(b, ">")
			x.entity(b[8 : len(b)-len(rest)])
			b = rest
		case len(b) > 1 && b[1] == '/':
			x.depth = max(0, x.depth-1)
			b = afterXML(b, ">")
		case len(b) > 1 && (b[1] == '!' || b[1] == '?'):
			b = b[2:]
			if i := bytes.IndexAny(b, "<>"); i >= 0 {
				b = bytes.TrimPrefix(b[i:], []byte(">"))
			}
		default:
			b = x.tag(b[1:])
		}
	}
	return looksXML(p.body)
}

// afterXML returns what follows the first end in b.
func afterXML(b []byte, end string) []byte {
	if i := bytes.Index(b, []byte(end)); i >= 0 {
		return b[i+len(end):]
	}
	return nil
}

// tag reads a start tag and returns what follows it.
func (x *xmlReader) tag(b []byte) []byte {
	i := bytes.IndexAny(b, " \t\r\n/>")
	if i < 0 {
		return nil
	}
	if x.depth < len(x.open) {
		x.open[x.depth] = bytes.Clone(vocabulary.Leaf(b[:i]))
		if x.r.hints.AfterCopy { // <otp><x>…
			x.r.noteCode(vocabulary.Lookup(x.open[x.depth]), nil, literal)
		}
	}
	x.depth++
	b = b[i:]
	var named, v []byte
	for {
		b = bytes.TrimLeft(b, " \t\r\n")
		if len(b) == 0 {
			return nil
		}
		switch b[0] {
		case '>':
			x.pair(named, v)
			return b[1:]
		case '/':
			if len(b) > 1 && b[1] == '>' {
				x.depth--
				x.pair(named, v)
				return b[2:]
			}
			b = b[1:]
			continue
		}
		var name, val []byte
		name, val, b = attribute(b)
		val = x.decode(val)
		x.r.add(vocabulary.Leaf(name), val, text)
		switch string(bytes.ToLower(name)) {
		case "name", "key", "id", "field":
			named = val
		case "value", "val", "content":
			v = val
		}
	}
}

// pair joins <field name="password" value="…"> and keeps a lone name for the
// text that follows.
func (x *xmlReader) pair(name, v []byte) {
	if name != nil {
		x.said = name
	}
	if name != nil && v != nil {
		x.r.add(name, v, text)
		x.said = nil
	}
}

// attribute reads name="value", with either quote or none.
func attribute(b []byte) (name, v, rest []byte) {
	i := bytes.IndexAny(b, "=> \t\r\n/")
	if i < 0 {
		return b, nil, nil
	}
	name, b = b[:i], bytes.TrimLeft(b[i:], " \t\r\n")
	if len(b) == 0 || b[0] != '=' {
		if i == 0 && len(b) > 0 && b[0] == '/' {
			b = b[1:]
		}
		return name, nil, b
	}
	b = bytes.TrimLeft(b[1:], " \t\r\n")
	if len(b) > 0 && (b[0] == '"' || b[0] == '\'') {
		if end := bytes.IndexByte(b[1:], b[0]); end >= 0 {
			return name, b[1 : 1+end], b[2+end:]
		}
		return name, b[1:], nil
	}
	if end := bytes.IndexAny(b, "> \t\r\n"); end >= 0 {
		return name, b[:end], b[end:]
	}
	return name, b, nil
}

func (x *xmlReader) text(b []byte) {
	if b = bytes.TrimSpace(b); len(b) > 0 {
		x.emit(x.decode(b))
	}
}

// emit gives text to the reader, under the element that it is in. XML-RPC and
// property lists have names and values in elements of their own.
func (x *xmlReader) emit(v []byte) {
	var element []byte
	if x.depth > 0 {
		element = x.open[min(x.depth, len(x.open))-1]
	}
	switch string(bytes.ToLower(element)) {
	case "name", "key":
		x.said = bytes.Clone(v)
		return
	case "value", "string", "val":
		if x.said != nil {
			element = x.said
		}
	}
	x.r.add(element, v, text)
	if x.said != nil && vocabulary.Lookup(element).Class == vocabulary.Other {
		x.r.add(x.said, v, text)
	}
	x.said = nil
}

// entity notes <!ENTITY name "value">.
func (x *xmlReader) entity(b []byte) {
	name, v, ok := bytes.Cut(bytes.TrimSpace(b), []byte{' '})
	v = bytes.TrimSpace(v)
	if !ok || len(v) < 2 || len(v) > maxValue || len(x.entities) >= maxEntities {
		return
	}
	if x.entities == nil {
		x.entities = map[string][]byte{}
	}
	x.entities[string(name)] = bytes.Trim(v, `"'>`)
}

// decode replaces character references and declared entities.
func (x *xmlReader) decode(v []byte) []byte {
	if bytes.IndexByte(v, '&') < 0 {
		return v
	}
	v = []byte(html.UnescapeString(string(v)))
	for name, to := range x.entities {
		if len(v) <= maxValue {
			v = bytes.ReplaceAll(v, []byte("&"+name+";"), to)
		}
	}
	return v
}
