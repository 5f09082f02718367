package h1

import (
	"bytes"
	"strconv"
)

// FeedData is [Chunks.Feed], and gives each stretch of data, without the
// framing around it, to use. It stops when use reports false; n is then the
// length before that stretch, and ok stays true.
func (c *Chunks) FeedData(p []byte, use func([]byte) bool) (n int, ok bool) {
	for n < len(p) && c.state != ended {
		if c.state != inData {
			if c.step(p[n]); c.state == broken {
				return n, false
			}
			n++
			continue
		}
		take := int(min(int64(len(p)-n), c.left))
		if !use(p[n : n+take]) {
			return n, true
		}
		n += take
		if c.left -= int64(take); c.left == 0 {
			c.state = inDataCR
		}
	}
	return n, c.state != broken
}

// maxFilled is how much white space Last fills a chunk with.
const maxFilled = 1 << 20

// Last is what comes next on the wire for p to be the last data of the body. A
// chunk that is open gets white space up to its size. It reports false in the
// middle of a size line, behind the last chunk, and where a chunk is too long.
func (c *Chunks) Last(p []byte) ([]byte, bool) {
	var out []byte
	switch {
	case c.state == inData && c.left >= int64(len(p)) && c.left <= maxFilled:
		out = append(append(append(out, p...), blanks(int(c.left)-len(p))...), "\r\n"...)
		return append(out, "0\r\n\r\n"...), true
	case c.state == inData && c.left < int64(len(p)):
		out = append(blanks(int(c.left)), "\r\n"...)
	case c.state == inDataCR:
		out = append(out, "\r\n"...)
	case c.state == inDataLF:
		out = append(out, '\n')
	case c.state == inSize && c.digits == 0:
	default:
		return nil, false
	}
	out = append(strconv.AppendInt(out, int64(len(p)), 16), "\r\n"...)
	return append(append(out, p...), "\r\n0\r\n\r\n"...), true
}

func blanks(n int) []byte { return bytes.Repeat([]byte{' '}, n) }
