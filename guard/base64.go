package guard

import "io"

// pieces decodes base64 (RFC 4648) that was put together from several pieces, each of
// which may end in padding, as the frames of gRPC-Web do: either alphabet, with or
// without padding, with line breaks.
type pieces struct {
	bits    uint32
	letters int // of a group that is not complete
}

// decode appends to dst what src says. It stops at a byte that has no place in base64,
// and reports false.
func (p *pieces) decode(dst, src []byte) (out []byte, ok bool) {
	for _, c := range src {
		switch v := sextets[c]; {
		case v >= 0:
			p.bits = p.bits<<6 | uint32(v)
			if p.letters++; p.letters == 4 {
				dst = append(dst, byte(p.bits>>16), byte(p.bits>>8), byte(p.bits))
				p.bits, p.letters = 0, 0
			}
		case c == '=':
			dst = p.end(dst)
		case c != '\r' && c != '\n':
			return dst, false
		}
	}
	return dst, true
}

// end appends what an incomplete group says, and begins another piece.
func (p *pieces) end(dst []byte) []byte {
	switch p.letters {
	case 2:
		dst = append(dst, byte(p.bits>>4))
	case 3:
		dst = append(dst, byte(p.bits>>10), byte(p.bits>>2))
	}
	p.bits, p.letters = 0, 0
	return dst
}

// sextets are the values of the letters of both alphabets; -1 for what is none.
var sextets = func() (t [256]int8) {
	for i := range t {
		t[i] = -1
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = int8(i)
	}
	t['-'], t['_'] = t['+'], t['/']
	return t
}()

// decode64 appends to dst what b says as base64; nothing if it is none.
func decode64(dst, b []byte) []byte {
	var p pieces
	out, ok := p.decode(dst, b)
	if !ok {
		return dst
	}
	return p.end(out)
}

// piecesReader decodes what it reads.
type piecesReader struct {
	from   io.Reader
	pieces pieces
	raw    [1 << 10]byte
	out    []byte
	err    error
}

func openPieces(r io.Reader) (io.Reader, error) { return &piecesReader{from: r}, nil }

// Read implements [io.Reader].
func (d *piecesReader) Read(p []byte) (int, error) {
	for len(d.out) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		n, err := d.from.Read(d.raw[:])
		var ok bool
		d.out, ok = d.pieces.decode(d.out[:0], d.raw[:n])
		if d.err = err; err == nil && !ok {
			d.err = io.ErrUnexpectedEOF
		}
		if d.err != nil {
			d.out = d.pieces.end(d.out)
		}
	}
	n := copy(p, d.out)
	d.out = d.out[n:]
	return n, nil
}
