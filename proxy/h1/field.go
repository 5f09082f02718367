package h1

import "bytes"

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
	for {
		i := bytes.IndexByte(head, '\n')
		if i < 0 {
			return nil
		}
		head = head[i+1:]
		if len(head) > len(name) && head[len(name)] == ':' && EqualFold(head[:len(name)], name) {
			value, _, _ := bytes.Cut(head[len(name)+1:], []byte("\r"))
			return bytes.TrimSpace(value)
		}
	}
}
