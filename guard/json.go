package guard

import (
	"unicode/utf8"

	"sekisho/guard/vocabulary"
)

// jsonFrames is how many open objects and arrays are remembered in full. Deeper
// ones take the place of the outermost, of which then only the kind is known.
const jsonFrames = 32

// maxJSONPrefix is how much may precede JSON: a byte order mark, the packet
// type and namespace of engine.io and socket.io, a length, ")]}'".
const maxJSONPrefix = 48

// looksJSON reports whether b is an object or array, or begins like one after
// such a prefix, or is a string that has one in it.
func looksJSON(b []byte) bool { return jsonStart(b) >= 0 }

func jsonStart(b []byte) int {
	for i, c := range b[:min(len(b), maxJSONPrefix)] {
		switch c {
		case '{', '[':
			if i > 1 && alphanumeric(b[0]) && (b[0] > '9' && b[0] < 0x80) && b[i-1] != ';' && b[i-1] != '\n' {
				return -1 // a word: "mutation{"; but not "while(1);{" or "a["
			}
			return i
		case '"':
			if i+1 < len(b) && (b[i+1] == '{' || b[i+1] == '[' || b[i+1] == '\\' || i == 0 && alphanumeric(b[1]) && looksOpaque(b[1:])) {
				return i
			}
			return -1
		case '=', '<', '&', '@':
			return -1
		}
	}
	return -1
}

func readJSONPart(r *reader, p part) bool {
	start := jsonStart(p.body)
	if start < 0 {
		return false
	}
	r.bind(p.body)
	j := jsonReader{r: r, b: p.body[start:], label: p.label}
	j.read()
	return !j.garbage
}

// frame is an open object or array.
type frame struct {
	name  []byte // what it is the value of
	key   []byte // the key whose value is expected, in an object
	said  []byte // value of a "name" in it: {"name": "password", "value": "…"}
	meant []byte // value of a "value"
	codes []byte // the items so far, if all are letters or their numbers
	array bool
	items int
}

// jsonReader walks JSON (RFC 8259) without building it, and forgives what
// follows from reading part of it: cut ends, several texts, junk in between.
type jsonReader struct {
	r       *reader
	b       []byte
	i       int
	label   []byte
	stack   [jsonFrames]frame // a ring
	depth   int
	arrays  []bool // the kind of each frame, when the ring has overflowed
	garbage bool
}

func (j *jsonReader) read() {
	for j.i < len(j.b) {
		switch c := j.b[j.i]; c {
		case '{', '[':
			j.open(c == '[')
			j.i++
		case '}', ']':
			j.close()
			j.i++
		case '"':
			j.str()
		case ' ', '\t', '\r', '\n', ',', ':', 0x1e, 0xef, 0xbb, 0xbf: // 0x1e: RFC 7464 and engine.io
			j.i++
		default:
			j.word()
		}
	}
}

func (j *jsonReader) top() *frame {
	if j.depth == 0 {
		return nil
	}
	return &j.stack[(j.depth-1)%jsonFrames]
}

func (j *jsonReader) open(array bool) {
	name := j.name()
	if j.r.hints.AfterCopy && nameSaysCode(name) {
		j.r.lateCodes.said = true // {"otp":{"x":…}}
	}
	if t := j.top(); t != nil && len(t.key) >= minPassword && j.r.everything() && vocabulary.Lookup(t.key).Class == vocabulary.Other {
		j.r.asName(t.key)
	}
	below := &j.stack[j.depth%jsonFrames]
	if j.depth >= jsonFrames {
		j.arrays = append(j.arrays, below.array)
	}
	*below = frame{name: name, array: array}
	j.depth++
}

func (j *jsonReader) close() {
	if j.depth == 0 {
		j.garbage = true
		return
	}
	j.depth--
	gone := &j.stack[j.depth%jsonFrames]
	if n := len(gone.codes); n >= minPassword && n == gone.items {
		j.r.letters(gone.name, gone.codes)
	}
	*gone = frame{}
	if n := len(j.arrays); n > 0 {
		gone.array, j.arrays = j.arrays[n-1], j.arrays[:n-1]
	}
	if t := j.top(); t != nil {
		t.key = nil
	}
}

// str reads a string: a key if a colon follows it within an object.
func (j *jsonReader) str() {
	raw, escaped := j.scan()
	if escaped {
		raw = jsonUnescape(raw)
	}
	t := j.top()
	if t != nil && !t.array && t.key == nil && j.colon() {
		t.key = raw
		if len(raw) == 0 {
			t.key = []byte{}
		}
		return
	}
	j.value(raw, text)
}

// scan returns what lies between the quotes and moves past them.
func (j *jsonReader) scan() (raw []byte, escaped bool) {
	start := j.i + 1
	for i := start; i < len(j.b); i++ {
		switch j.b[i] {
		case '"':
			j.i = i + 1
			return j.b[start:i], escaped
		case '\\':
			escaped = true
			i++
		}
	}
	j.i = len(j.b)
	return j.b[start:], escaped
}

// colon moves past a colon, if there is one.
func (j *jsonReader) colon() bool {
	for i := j.i; i < len(j.b); i++ {
		switch j.b[i] {
		case ' ', '\t', '\r', '\n':
		case ':':
			j.i = i + 1
			return true
		default:
			return false
		}
	}
	return false
}

// word reads a number or literal. Anything else is not JSON.
func (j *jsonReader) word() {
	start := j.i
	for j.i < len(j.b) && (alphanumeric(j.b[j.i]) && j.b[j.i] < utf8.RuneSelf || j.b[j.i] == '.' || j.b[j.i] == '-' || j.b[j.i] == '+') {
		j.i++
	}
	w := j.b[start:j.i]
	if len(w) == 0 {
		j.i++
		j.garbage = true
		return
	}
	k := number
	if c := w[0]; c != '-' && (c < '0' || c > '9') {
		k = literal
		j.garbage = j.garbage || string(w) != "true" && string(w) != "false" && string(w) != "null"
	} else {
		j.garbage = j.garbage || !numeric(w)
	}
	if j.depth > 0 {
		j.value(w, k)
	}
}

// numeric reports whether w has what numbers of JSON have, and nothing else.
func numeric(w []byte) bool {
	for _, c := range w {
		if !isDigit(c) && c != '.' && c != '-' && c != '+' && c|0x20 != 'e' {
			return false
		}
	}
	return true
}
