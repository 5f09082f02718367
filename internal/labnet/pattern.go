package labnet

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
)

// patternPeriod is a prime, so that a body which lost or repeated a buffer of a
// usual size never matches by accident.
const patternPeriod = 65521

// patternBlock holds two periods, so that a copy may start anywhere in the first.
var patternBlock = func() []byte {
	b := make([]byte, 2*patternPeriod)
	state := uint32(2463534242)
	for i := range patternPeriod {
		state ^= state << 13
		state ^= state >> 17
		state ^= state << 5
		b[i], b[i+patternPeriod] = byte(state), byte(state)
	}
	return b
}()

// Pattern is a body of any size that costs no memory: the byte at an offset is
// always the same. It implements io.ReadSeeker and is not safe for concurrent use.
type Pattern struct {
	size, off int64
}

// NewPattern returns the first size bytes of the pattern.
func NewPattern(size int64) *Pattern { return &Pattern{size: size} }

// Read implements io.Reader.
func (p *Pattern) Read(b []byte) (int, error) {
	if p.off >= p.size {
		return 0, io.EOF
	}
	b = b[:min(int64(len(b)), p.size-p.off)]
	n := copy(b, patternBlock[p.off%patternPeriod:])
	p.off += int64(n)
	return n, nil
}

// Seek implements io.Seeker.
func (p *Pattern) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += p.off
	case io.SeekEnd:
		offset += p.size
	}
	if offset < 0 {
		return 0, errors.New("seek before the start of the pattern")
	}
	p.off = offset
	return offset, nil
}

// PatternSum returns the SHA-256 of the first size bytes of the pattern, in hex.
func PatternSum(size int64) string {
	h := sha256.New()
	if _, err := io.Copy(h, NewPattern(size)); err != nil {
		panic(err) // a Pattern's Read fails with nothing but io.EOF
	}
	return hex.EncodeToString(h.Sum(nil))
}
