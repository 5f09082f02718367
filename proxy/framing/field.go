package framing

import (
	"bytes"
	"math"
)

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b | 0x20
	}
	return b
}

// tail is the end of a request line, without its line feed.
type tail struct {
	b [len(" HTTP/1.0\r")]byte
	n int
}

func (t *tail) add(p []byte) {
	p = p[max(0, len(p)-len(t.b)):]
	keep := min(t.n, len(t.b)-len(p))
	copy(t.b[:], t.b[t.n-keep:t.n])
	t.n = keep + copy(t.b[keep:], p)
}

// old reports whether the line is one of HTTP/1.0.
func (t *tail) old() bool {
	return bytes.HasSuffix(bytes.TrimSuffix(t.b[:t.n], []byte("\r")), []byte(" HTTP/1.0"))
}

// fieldValue is one length or one name of a coding, with blanks around it.
type fieldValue struct {
	coding, begun, over, bad bool
	n                        int64 // the length, or how many letters of "chunked" there are
}

const chunkedCoding = "chunked"

// add takes the next byte of the value's lines; a CR among them can only end one.
func (v *fieldValue) add(b byte) {
	switch {
	case b == ' ' || b == '\t' || b == '\r':
		v.over = v.begun
	case v.over || v.bad:
		v.bad = true
	case v.coding:
		v.begun = true
		if v.n >= int64(len(chunkedCoding)) || lower(b) != chunkedCoding[v.n] {
			v.bad = true
		}
		v.n++
	default:
		v.begun = true
		if b < '0' || b > '9' || v.n > (math.MaxInt64-9)/10 {
			v.bad = true
			return
		}
		v.n = v.n*10 + int64(b-'0')
	}
}

func (v *fieldValue) chunked() bool { return !v.bad && v.n == int64(len(chunkedCoding)) }

func (v *fieldValue) length() (int64, bool) { return v.n, v.begun && !v.bad }
