package imitation

import (
	"bytes"
	"strings"
)

// Bounds of what is kept of a style sheet of XSLT.
const (
	maxVariables = 32
	maxVariable  = 256 // bytes
)

// xslt reads a style sheet that makes a document of XML (XSLT 1.0): its
// variables, where they are put in. Other expressions than strings, variables and
// what joins them say nothing here.
type xslt struct {
	values map[string]string
	name   string // of the variable whose content is read
	text   []byte
}

// start looks at an element in XML.
func (x *xslt) start(t *tag) (text string) {
	_, local, ok := bytes.Cut(t.name, []byte(":"))
	if !ok {
		return ""
	}
	value := t.get(attrSelect)
	switch string(local) {
	case "variable", "param", "with-param":
		x.name, x.text = string(t.get(attrName)), x.text[:0]
		if value != nil {
			x.keep(x.literal(value))
		}
	case "value-of", "copy-of", "sequence":
		return x.literal(value)
	}
	return ""
}

// end looks at the end of one.
func (x *xslt) end(name []byte) {
	if x.name != "" && (bytes.HasSuffix(name, []byte(":variable")) || bytes.HasSuffix(name, []byte(":param")) || bytes.HasSuffix(name, []byte(":with-param"))) {
		x.keep(string(x.text))
	}
}

func (x *xslt) keep(value string) {
	if x.values == nil {
		x.values = map[string]string{}
	}
	if _, known := x.values[x.name]; len(x.name) <= maxIdent && (known || len(x.values) < maxVariables) {
		x.values[x.name] = value[:min(len(value), maxVariable)]
	}
	x.name = ""
}

// take keeps the content of a variable.
func (x *xslt) take(p []byte) {
	if x.name != "" {
		x.text = append(x.text, p[:min(len(p), maxVariable-len(x.text))]...)
	}
}

// literal is what the strings and the variables of an expression (XPath 1.0) say,
// one after the other.
func (x *xslt) literal(p []byte) string {
	var out strings.Builder
	for i := 0; i < len(p) && out.Len() < maxVariable; {
		switch b := p[i]; {
		case b == '\'' || b == '"':
			s, _, ok := bytes.Cut(p[i+1:], p[i:i+1])
			if !ok {
				return out.String()
			}
			out.Write(s)
			i += len(s) + 2
		case b == '$':
			n := 1
			for i+n < len(p) && (inIdent(p[i+n]) || p[i+n] == '-') {
				n++
			}
			out.WriteString(x.values[string(p[i+1:i+n])])
			i += n
		default:
			i++
		}
	}
	return out.String()
}
