package h1

import (
	"bytes"
	"iter"
)

// Target is the request target of a plain head, a part of it.
func Target(head []byte) []byte {
	line, _, _ := bytes.Cut(head, []byte("\r"))
	_, line, _ = bytes.Cut(line, []byte(" "))
	target, _, _ := bytes.Cut(line, []byte(" "))
	return target
}

// Field returns the value of the first field called name, which is in lower
// case, of a plain head, without the blanks around it, a part of the head; nil when there
// is none, or nothing in it.
func Field(head []byte, name string) []byte {
	value, _ := find(head, name)
	return value
}

// Fields are the values of all fields called name, each as Field has the first.
func Fields(head []byte, name string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for {
			value, field := find(head, name)
			if field == nil || !yield(value) {
				return
			}
			head = field
		}
	}
}

// find returns the value of the first field called name behind the first line of head, and
// what begins with that field; nil when there is none.
func find(head []byte, name string) (value, field []byte) {
	for {
		i := bytes.IndexByte(head, '\n')
		if i < 0 {
			return nil, nil
		}
		head = head[i+1:]
		if len(head) > len(name) && head[len(name)] == ':' && EqualFold(head[:len(name)], name) {
			value, _, _ := bytes.Cut(head[len(name)+1:], []byte("\r"))
			return bytes.TrimSpace(value), head
		}
	}
}
