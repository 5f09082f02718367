package coding

import (
	"encoding/binary"
	"io"
)

const (
	zstdMagic    = 0xfd2fb528 // RFC 8878, section 3.1.1
	zstdSkip     = 0x184d2a50 // to 0x184d2a5f; section 3.1.2
	zstdSkipMask = 0xfffffff0

	blockHead  = 3 // bytes; section 3.1.1.2
	blockRaw   = 0
	blockOfOne = 1 // byte, many times
)

// unblocked passes on zstd and makes several raw blocks of one as its bytes come.
// Browsers show what came of a raw block, and the library waits for its end.
type unblocked struct {
	in     *intake
	out    []byte // to be passed on before anything else
	room   [18]byte
	left   int  // bytes to pass on as they are
	raw    int  // bytes left of a raw block
	last   bool // block of its frame
	tail   int  // bytes of the sum behind it
	inside bool // inside of a frame
}

// Read implements [io.Reader].
func (u *unblocked) Read(p []byte) (int, error) {
	for len(u.out) == 0 && u.left == 0 {
		if err := u.next(); err != nil {
			return 0, err
		}
	}
	if len(u.out) > 0 {
		n := copy(p, u.out)
		u.out = u.out[n:]
		return n, nil
	}
	n, err := u.in.Read(p[:min(len(p), u.left)])
	u.left -= n
	return n, err
}

// next reads a head, or makes one.
func (u *unblocked) next() error {
	switch {
	case u.raw > 0:
		return u.piece()
	case !u.inside:
		return u.frame()
	case u.last:
		u.inside, u.last, u.left = false, false, u.tail
		return nil
	}
	head := u.room[:blockHead]
	if _, err := io.ReadFull(u.in, head); err != nil {
		return err
	}
	v := int(head[0]) | int(head[1])<<8 | int(head[2])<<16
	u.last = v&1 == 1
	size := v >> 3
	switch v >> 1 & 3 {
	case blockRaw:
		if u.raw = size; size > 0 {
			return nil
		}
	case blockOfOne:
		u.left = 1
	default:
		u.left = size
	}
	u.out = head
	return nil
}

// piece makes a block of what is there of a raw one.
func (u *unblocked) piece() error {
	if u.in.r == u.in.w && !u.in.fill() {
		return u.in.err
	}
	n := min(u.raw, u.in.w-u.in.r)
	u.raw -= n
	head := n<<3 | blockRaw<<1
	if u.last && u.raw == 0 {
		head |= 1
	}
	u.room[0], u.room[1], u.room[2] = byte(head), byte(head>>8), byte(head>>16)
	u.out, u.left = u.room[:blockHead], n
	return nil
}

// frame reads the head of a frame (RFC 8878, section 3.1.1.1).
func (u *unblocked) frame() error {
	magic := u.room[:4]
	if _, err := io.ReadFull(u.in, magic); err != nil {
		return err
	}
	if v := binary.LittleEndian.Uint32(magic); v&zstdSkipMask == zstdSkip {
		if _, err := io.ReadFull(u.in, u.room[4:8]); err != nil {
			return err
		}
		u.out, u.left = u.room[:8], int(binary.LittleEndian.Uint32(u.room[4:8]))
		return nil
	}
	describes, err := u.in.ReadByte()
	if err != nil {
		return err
	}
	u.room[4] = describes
	single := int(describes >> 5 & 1)
	rest := 1 - single + [4]int{0, 1, 2, 4}[describes&3] + [4]int{single, 2, 4, 8}[describes>>6]
	if _, err := io.ReadFull(u.in, u.room[5:5+rest]); err != nil {
		return err
	}
	u.out, u.tail, u.inside = u.room[:5+rest], int(describes>>2&1)*4, true
	return nil
}
