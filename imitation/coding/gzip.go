package coding

import (
	"errors"
	"io"
)

// The flags of a gzip member that say what its head has besides (RFC 1952, section 2.3.1).
const (
	headSum = 1 << (1 + iota)
	headExtra
	headName
	headComment
)

var errGzip = errors.New("coding: no gzip")

// gunzipped undoes gzip (RFC 1952), one member after the other. Sums are not looked
// at: browsers have shown what came by the time that one is wrong.
type gunzipped struct {
	deflated
	inside  bool // a member
	members int
}

// Read implements [io.Reader].
func (g *gunzipped) Read(p []byte) (int, error) {
	for {
		if !g.inside {
			if err := g.begin(); err != nil {
				return 0, err
			}
		}
		n, err := g.deflated.Read(p)
		if !errors.Is(err, io.EOF) {
			return n, err
		}
		if err := g.skip(8); err != nil { // the sum and the length
			return 0, err
		}
		g.inside = false
	}
}

// begin reads the head of a member. What follows one and is none ends the body.
func (g *gunzipped) begin() error {
	var head [10]byte
	for i := range head {
		b, err := g.readByte()
		if err != nil {
			return err
		}
		head[i] = b
	}
	if head[0] != 0x1f || head[1] != 0x8b || head[2] != 8 {
		if g.members > 0 {
			return io.EOF
		}
		return errGzip
	}
	if err := g.skipFields(head[3]); err != nil {
		return err
	}
	g.members++
	g.inside = true
	g.again()
	return nil
}

// skipFields reads over what a head has besides, in the order of RFC 1952.
func (g *gunzipped) skipFields(flags byte) error {
	if flags&headExtra != 0 {
		low, err := g.readByte()
		if err != nil {
			return err
		}
		high, err := g.readByte()
		if err != nil {
			return err
		}
		if err := g.skip(int(high)<<8 | int(low)); err != nil {
			return err
		}
	}
	for _, f := range []byte{headName, headComment} {
		for b := f; flags&f != 0 && b != 0; { // up to a zero
			var err error
			if b, err = g.readByte(); err != nil {
				return err
			}
		}
	}
	if flags&headSum != 0 {
		return g.skip(2)
	}
	return nil
}

func (g *gunzipped) skip(n int) error {
	for range n {
		if _, err := g.readByte(); err != nil {
			return err
		}
	}
	return nil
}
