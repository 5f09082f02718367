package guard

import "sekisho/guard/vocabulary"

// name is what the next value is called: its key; in an array, and under keys
// that say nothing, what the container is called.
func (j *jsonReader) name() []byte {
	t := j.top()
	switch {
	case t == nil:
		return j.label
	case t.array, t.key == nil, wraps(t.key) && !bound(j.r, t.key):
		if t.array || len(t.name) > 0 {
			return t.name
		}
	}
	return t.key
}

// bound reports whether key is a variable that a document gives to a credential.
func bound(r *reader, key []byte) bool {
	_, ok := r.boundTo(key)
	return ok
}

// wraps reports whether a key says no more than "here it is".
func wraps(key []byte) bool {
	switch string(key) {
	case "value", "val", "v", "text", "data", "content", "$t", "#text", "stringValue", "string", "_":
		return true
	}
	return false
}

// value gives a value to the reader, and joins names and values that come as
// values both: {"name": n, "value": v} and [n, v].
func (j *jsonReader) value(v []byte, k kind) {
	j.r.add(j.name(), v, k)
	t := j.top()
	if t == nil {
		return
	}
	key := t.key
	t.key = nil
	t.items++
	if t.items == len(t.codes)+1 && t.items <= maxLetters && len(v) <= 3 && j.r.everything() {
		if k == text && len(v) == 1 {
			t.codes = append(t.codes, v[0])
		} else if k == number && t.array {
			t.codes = appendCode(t.codes, v)
		}
	}
	if t.array {
		if k == text && t.items == 1 {
			t.said = v
		} else if k == text && t.items == 2 && t.said != nil {
			j.pair(t.said, v)
		}
		return
	}
	if k == literal || len(key) > 10 {
		return
	}
	var buf [16]byte
	switch string(vocabulary.Normalise(buf[:0], key)) {
	case "name", "key", "field", "id", "n", "k", "type", "label", "param":
		t.said = v
		if t.meant != nil {
			j.pair(v, t.meant)
		}
	case "value", "val", "v", "content", "text", "data", "answer":
		t.meant = v
		if t.said != nil {
			j.pair(t.said, v)
		}
	}
}

// pair adds a name that came as a value, unless it is a list of names.
func (j *jsonReader) pair(name, v []byte) {
	if c := vocabulary.Lookup(name).Class; c != vocabulary.Other && c != vocabulary.IDWeak && vocabulary.Lookup(v).Class == vocabulary.Other {
		j.r.add(name, v, text)
	}
}
