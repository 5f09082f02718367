package h1

// Chunks follows the chunked coding (RFC 9112, section 7.1) of a body that is
// passed on as it is, to know where it ends. The zero value stands at the
// first byte of the body.
type Chunks struct {
	state  chunkState
	left   int64 // bytes of data to come in this chunk
	digits int
	line   int // length of the current line, bounded
}

type chunkState uint8

const (
	inSize chunkState = iota
	inBlank
	inExtension
	inSizeLF
	inData
	inDataCR
	inDataLF
	inTrailer
	inTrailerLF
	ended
	broken
)

// maxChunkLine bounds a size line with its extensions, and a trailer line.
const maxChunkLine = 4 << 10

// maxTrailer bounds all trailer lines together.
const maxTrailer = 16 << 10

// Feed looks at the next bytes of the body and returns how many of them belong
// to it: all, unless the body ends among them. ok is false once the coding is
// broken; the caller must then abort both sides.
func (c *Chunks) Feed(p []byte) (n int, ok bool) {
	for n < len(p) && c.state != ended {
		if c.state == inData {
			take := min(int64(len(p)-n), c.left)
			n += int(take)
			if c.left -= take; c.left == 0 {
				c.state = inDataCR
			}
			continue
		}
		c.step(p[n])
		if c.state == broken {
			return n, false
		}
		n++
	}
	return n, c.state != broken
}

// Ended reports whether the last chunk and the trailers are over.
func (c *Chunks) Ended() bool { return c.state == ended }

// step takes one byte that is not chunk data. Bare line feeds, which some
// readers take for line ends and others do not, break the coding
// (CVE-2025-22871).
func (c *Chunks) step(b byte) {
	switch c.state {
	case inSize:
		c.size(b)
	case inBlank:
		c.blank(b)
	case inExtension:
		c.extension(b)
	case inSizeLF:
		c.expect(b, '\n', inData)
		if c.state == inData && c.left == 0 {
			c.state, c.line = inTrailer, 0
		}
	case inDataCR:
		c.expect(b, '\r', inDataLF)
	case inDataLF:
		c.expect(b, '\n', inSize)
		c.digits, c.line = 0, 0
	case inTrailer:
		c.trailer(b)
	case inTrailerLF:
		c.trailerEnd(b)
	default:
		c.state = broken
	}
}

func (c *Chunks) expect(got, want byte, next chunkState) {
	if c.state = next; got != want {
		c.state = broken
	}
}

func (c *Chunks) size(b byte) {
	digit, ok := hexDigit(b)
	switch {
	case ok && c.digits < 15:
		c.left = c.left<<4 | int64(digit)
		c.digits++
	case c.digits == 0:
		c.state = broken
	case b == '\r':
		c.state = inSizeLF
	case b == ';':
		c.state = inExtension
	case b == ' ', b == '\t':
		c.state = inBlank
	default:
		c.state = broken
	}
}

// blank takes what stands between a size and its extension or the end of the
// line (BWS; some servers pad sizes with it).
func (c *Chunks) blank(b byte) {
	c.line++
	switch {
	case b == '\r':
		c.state = inSizeLF
	case b == ';':
		c.state = inExtension
	case b != ' ' && b != '\t', c.line > maxChunkLine:
		c.state = broken
	}
}

func (c *Chunks) extension(b byte) {
	c.line++
	switch {
	case b == '\r':
		c.state = inSizeLF
	case b < ' ' && b != '\t', b == 0x7f, c.line > maxChunkLine:
		c.state = broken
	}
}

// trailer counts the bytes of the current line in line, and those of all
// lines in left, which no chunk needs any more.
func (c *Chunks) trailer(b byte) {
	switch c.left++; {
	case b == '\r':
		c.state = inTrailerLF
	case b < ' ' && b != '\t', b == 0x7f, c.line >= maxChunkLine, c.left > maxTrailer:
		c.state = broken
	default:
		c.line++
	}
}

func (c *Chunks) trailerEnd(b byte) {
	switch {
	case b != '\n':
		c.state = broken
	case c.line == 0:
		c.state = ended
	default:
		c.state, c.line = inTrailer, 0
	}
}

func hexDigit(b byte) (byte, bool) {
	switch {
	case '0' <= b && b <= '9':
		return b - '0', true
	case 'a' <= b && b <= 'f':
		return b - 'a' + 10, true
	case 'A' <= b && b <= 'F':
		return b - 'A' + 10, true
	}
	return 0, false
}
