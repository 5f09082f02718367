package coding

import (
	"bytes"
	"errors"
	"io"
)

// zlibHead is the length of the head of zlib (RFC 1950, section 2.2).
const zlibHead = 2

// mostTried is how much of a body is kept to begin again with.
const mostTried = 4 << 10

// unlabelled undoes "deflate", which is zlib by RFC 9110, section 8.4.1.2, and raw by
// some servers. As in Chromium, what begins like zlib and breaks before anything came
// out of it is read as raw.
type unlabelled struct {
	deflated
	tried []byte // what was read so far; nil once it is known how to read
}

func newUnlabelled(in *intake) *unlabelled {
	u := &unlabelled{deflated: deflated{in: in}}
	head := in.peek(zlibHead)
	if len(head) < zlibHead || head[0]&0x0f != 8 || (int(head[0])<<8|int(head[1]))%31 != 0 {
		return u
	}
	u.tried = make([]byte, 0, zlibHead)
	u.in = &intake{from: &tee{in, &u.tried}}
	for range zlibHead {
		_, _ = u.readByte()
	}
	return u
}

// Read implements [io.Reader].
func (u *unlabelled) Read(p []byte) (int, error) {
	n, err := u.deflated.Read(p)
	if u.tried != nil && n == 0 && err != nil && !errors.Is(err, io.EOF) && len(u.tried) < mostTried {
		// Nothing is in the window, and all that was read is here.
		all := io.MultiReader(bytes.NewReader(u.tried), u.in.from.(*tee).from)
		u.tried = nil
		u.deflated = deflated{in: &intake{from: all}}
		return u.deflated.Read(p)
	}
	if n > 0 {
		u.tried = nil
	}
	return n, err
}

// tee reads a little at a time and keeps it.
type tee struct {
	from *intake
	kept *[]byte
}

func (t *tee) Read(p []byte) (int, error) {
	n, err := t.from.Read(p[:min(len(p), 512)])
	if *t.kept != nil && len(*t.kept) < mostTried {
		*t.kept = append(*t.kept, p[:n]...)
	}
	return n, err
}
