package guard

import (
	"bytes"

	"sekisho/guard/charset"
)

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
