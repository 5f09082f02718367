// Package coding undoes the content codings that bodies of requests come in, by their
// label or by their first bytes, within bounds that a decompression bomb does not pass.
//
// Labels are those of the Content-Encoding field (RFC 9110, section 8.4.1), in lower case.
// Whether a label is believed, and how many codings lie one over the other, is left to the
// caller.
package coding

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// Bounds of decompression. Text shrinks to a tenth; a bomb to a thousandth.
const (
	maxInflated = 4 << 20 // bytes out of one coding
	maxRatio    = 200     // bytes out for one in, past the first MiB, which is read in any case
	freeOutput  = 1 << 20
	zstdWindow  = 8 << 20 // RFC 8878, section 3.1.1.1.2: decoders should support this much
)

// ErrLong is the error of [Inflate] for what is longer than it returns.
var ErrLong = errors.New("decompressed body over its bound")

var errUnknown = errors.New("unknown coding")

// Opener makes a decoder of what it is given, perhaps reading ahead to do so. A decoder
// that is an [io.Closer] too is to be closed after use.
type Opener func(io.Reader) (io.Reader, error)

// Lookup returns the decoder of a coding by its label; nil for an unknown one. "raw" is
// deflate without the wrapper of zlib, whatever its first bytes.
func Lookup(label string) Opener { return codings[label] }

// Bomb reports whether so many bytes come out of a decoder, for those that it took, of a
// bomb alone. It is for those who read from an [Opener] themselves.
func Bomb(given, taken int64) bool { return given > freeOutput+maxRatio*taken }

// codings are the content codings of RFC 9110, section 8.4.1, RFC 7932 and RFC
// 8878. "deflate" is zlib by the letter and raw in practice.
var codings = map[string]Opener{
	"gzip":   func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
	"x-gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
	"br":     func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
	"zstd": func(r io.Reader) (io.Reader, error) {
		d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	},
	"deflate": openDeflate,
	"raw":     func(r io.Reader) (io.Reader, error) { return flate.NewReader(r), nil },
}

func openDeflate(r io.Reader) (io.Reader, error) {
	var head [2]byte
	n, err := io.ReadFull(r, head[:])
	if err != nil {
		return nil, err
	}
	whole := io.MultiReader(bytes.NewReader(head[:n]), r)
	if head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 { // RFC 1950, section 2.2
		return zlib.NewReader(whole)
	}
	return flate.NewReader(whole), nil
}

// Sniff tells a coding by its first bytes and returns its label; "" for none. It does not
// allocate, and is cheap enough for every value of a request. br and
// raw deflate have no mark.
func Sniff(b []byte) string {
	if len(b) < 3 || b[0] != 0x1f && b[0] != 0x28 && b[0] != 0x78 {
		return ""
	}
	switch {
	case bytes.HasPrefix(b, []byte{0x1f, 0x8b, 8}):
		return "gzip"
	case bytes.HasPrefix(b, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return "zstd"
	case len(b) > 6 && b[0] == 0x78 && (b[1] == 0x01 || b[1] == 0x5e || b[1] == 0x9c || b[1] == 0xda):
		return "deflate"
	}
	return ""
}

// Inflate undoes one coding by its label. It returns most bytes at most, and fewer where b
// looks like a bomb, with [ErrLong] then. What came out before an error is returned with it:
// a body may be cut short, or may have its credential ahead of the damage.
func Inflate(label string, b []byte, most int) (out []byte, err error) {
	open := Lookup(label)
	if open == nil {
		return nil, errUnknown
	}
	d, err := open(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	if c, ok := d.(io.Closer); ok {
		defer func() { _ = c.Close() }()
	}
	most = min(most, maxInflated, freeOutput+maxRatio*len(b))
	var buf bytes.Buffer
	n, err := io.Copy(&buf, io.LimitReader(d, int64(most)+1))
	if n > int64(most) {
		buf.Truncate(most)
		err = ErrLong
	}
	return buf.Bytes(), err
}
