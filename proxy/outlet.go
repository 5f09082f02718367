package proxy

import (
	"bytes"
	"fmt"
	"io"

	"sekisho/proxy/budget"
	"sekisho/proxy/h1"
)

// outlet is where an answer that is read goes to. A document of a known length that
// goes on before it was judged as a whole is sent in chunks: what may have to stand
// in for its rest has another length.
type outlet struct {
	w       io.Writer
	head    int  // bytes of the head, which come first
	length  bool // the body has a length
	chunked bool // by us
}

// release sends what was kept back, and out behind it, which is the end if ended is
// set. What must not be shown is the error.
func (t *outlet) release(early *budget.Holding, out []byte, answer *answered, read *reading, ended bool) error {
	if !answer.begun {
		if !ended && !read.release() {
			return read.held
		}
		p := out
		if len(early.B) > 0 {
			p = append(early.B, out...)
			defer clear(p)
		}
		if t.length && !ended && read.replaceable() && !read.done() {
			t.chunked = true
			head := chunkedHead(p[:t.head])
			answer.begun, p = true, p[t.head:]
			if _, err := t.w.Write(head); err != nil {
				return err
			}
		}
		answer.begun, read.begun = true, true
		defer early.Drop()
		return t.write(p, ended)
	}
	return t.write(out, ended)
}

func (t *outlet) write(p []byte, ended bool) error {
	if t.chunked {
		var framed bytes.Buffer
		if len(p) > 0 {
			_, _ = fmt.Fprintf(&framed, "%x\r\n%s\r\n", len(p), p)
		}
		if ended {
			framed.WriteString("0\r\n\r\n")
		}
		p = framed.Bytes()
	}
	if len(p) == 0 {
		return nil
	}
	_, err := t.w.Write(p)
	return err
}

// replaceRest ends an answer that was begun with what stands in for the rest. b
// is its body up to what the client has. It returns what was found when the client
// cannot be told.
func (t *outlet) replaceRest(read *reading, answer *answered, b h1.Body) error {
	rest := read.rest()
	switch {
	case rest == nil || !answer.begun:
		return read.stopped()
	case t.chunked:
		return t.write(rest, true)
	}
	out, ok := b.Last(rest)
	if !ok {
		return read.stopped()
	}
	_, err := t.w.Write(out)
	return err
}

// chunkedHead is the head of an answer with its length replaced.
func chunkedHead(head []byte) []byte {
	var out []byte
	for line := range bytes.Lines(head) {
		if h1.HasPrefixFold(line, "content-length:") {
			line = []byte("Transfer-Encoding: chunked\r\n")
		}
		out = append(out, line...)
	}
	return out
}
