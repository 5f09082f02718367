package guard

import (
	"bytes"

	"sekisho/guard/charset"
	"sekisho/guard/vocabulary"
)

// maxBound is how many variables of a document are remembered. A sign-in has two.
const maxBound = 16

// binding is the argument that a variable of a GraphQL document is given to.
type binding struct {
	variable []byte
	word     vocabulary.Word
}

// bind notes what the variables of a document are given to, where the names of
// arguments say a credential: login(email:$e,password:$p). The values are JSON beside the
// document, under the names of the variables. b is the document, or JSON that holds it.
func (r *reader) bind(b []byte) {
	for from := 0; len(r.bound) < maxBound; {
		i := bytes.IndexByte(b[from:], '$')
		if i < 0 {
			return
		}
		at := from + i
		from = at + 1
		end := from
		for end < len(b) && graphqlName(b[end]) {
			end++
		}
		argument, ok := bytes.CutSuffix(bytes.TrimRight(b[max(0, at-vocabulary.MaxName):at], " "), []byte{':'})
		argument = bytes.TrimRight(argument, " ")
		start := len(argument)
		for start > 0 && graphqlName(argument[start-1]) {
			start--
		}
		if start > 0 && argument[start-1] == '\\' {
			start++ // the n of a line end in JSON
		}
		if !ok || end == from || start >= len(argument) {
			continue
		}
		switch w := vocabulary.Lookup(argument[start:]); {
		case w.Class.IsPassword(), w.Class.IsCode(), w.Class == vocabulary.ID, w.Class == vocabulary.Mail:
			r.bound = append(r.bound, binding{b[from:end], w})
		}
	}
}

// boundTo returns what bind noted of a variable of this name.
func (r *reader) boundTo(name []byte) (w vocabulary.Word, ok bool) {
	for _, v := range r.bound {
		if bytes.Equal(v.variable, name) {
			return v.word, true
		}
	}
	return vocabulary.Word{}, false
}

// looksGraphQL reports whether b is a GraphQL document with arguments.
func looksGraphQL(b []byte) bool {
	open := bytes.IndexByte(b[:min(len(b), 4096)], '(')
	return open >= 0 && bytes.IndexByte(b[open:], ':') > 0 && bytes.IndexByte(b, '{') >= 0 && bytes.IndexByte(b[open:], '"') > 0 && !charset.NotText(b)
}

// readGraphQLPart gives the literals of a document: name: "string", of
// arguments, input objects and defaults of variables (GraphQL, section 2.9).
// Values of variables are JSON beside the document.
func readGraphQLPart(r *reader, p part) bool {
	b := p.body
	var name []byte
	found := false
	for i := 0; i < len(b); {
		switch c := b[i]; {
		case c == '#':
			i = next(b, i, '\n')
		case graphqlName(c):
			start := i
			for i < len(b) && graphqlName(b[i]) {
				i++
			}
			word := b[start:i]
			if j := skipSpace(b, i); j < len(b) && b[j] == ':' {
				name, i = word, j+1
			}
		case c == '"':
			var v []byte
			v, i = graphqlString(b, i)
			if name != nil {
				r.add(name, v, text)
				found = true
			}
		case c == '=' || c == ' ' || c == '\n' || c == '!' || c == '[':
			i++
		default:
			if c == ',' || c == '{' || c == ')' || c == '$' {
				name = nil
			}
			i++
		}
	}
	return found && b[0] != '{'
}

// graphqlString reads a string or block string at i.
func graphqlString(b []byte, i int) (v []byte, after int) {
	if block := []byte(`"""`); bytes.HasPrefix(b[i:], block) {
		v = b[i+3:]
		end := bytes.Index(v, block)
		if end < 0 {
			return bytes.TrimSpace(v), len(b)
		}
		return bytes.TrimSpace(v[:end]), i + 3 + end + 3
	}
	j := jsonReader{b: b, i: i}
	v, escaped := j.scan()
	if escaped {
		v = jsonUnescape(v)
	}
	return v, j.i
}

func graphqlName(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || upper(c) || '0' <= c && c <= '9'
}

// skipSpace returns the index of the first byte from i on that is no space.
func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r' || b[i] == '\n') {
		i++
	}
	return i
}

// next returns the index after the first c from i on.
func next(b []byte, i int, c byte) int {
	if j := bytes.IndexByte(b[i:], c); j >= 0 {
		return i + j + 1
	}
	return len(b)
}
