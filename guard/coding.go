package guard

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// Bounds of decompression. Text shrinks to a tenth; a bomb to a thousandth.
const (
	maxCodings  = 2       // applied one over the other, as labelled or by their looks
	maxInflated = 4 << 20 // bytes out of one coding
	maxRatio    = 200     // bytes out for one in, past the first 64 KiB
	freeOutput  = 64 << 10
	zstdWindow  = 8 << 20 // RFC 8878, section 3.1.1.1.2: decoders should support this much
)

var errBomb = errors.New("decompressed body over its bound")

// opener makes a decoder for one coding.
type opener func(io.Reader) (io.Reader, error)

// codings are the content codings of RFC 9110, section 8.4.1, RFC 7932 and RFC
// 8878. "deflate" is zlib by the letter and raw in practice.
var codings = map[string]opener{
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

// compressed tells a coding by its first bytes; "" for none. br and raw
// deflate have no mark.
func compressed(b []byte) string {
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

// inflate undoes one coding. What came out before an error is returned with it:
// a body may be cut short, or may have its credential ahead of the damage.
func inflate(coding string, b []byte, r *reader) (out []byte, err error) {
	open, ok := codings[coding]
	if !ok {
		return nil, errors.New("unknown coding")
	}
	d, err := open(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	if c, ok := d.(io.Closer); ok {
		defer func() { _ = c.Close() }()
	}
	most := min(maxInflated, freeOutput+maxRatio*len(b))
	if r != nil {
		most = min(most, max(r.work, 0))
	}
	var buf bytes.Buffer
	n, err := io.Copy(&buf, io.LimitReader(d, int64(most)+1))
	if n > int64(most) {
		buf.Truncate(most)
		err = errBomb
	}
	return buf.Bytes(), err
}

// unwrap undoes the content codings of a body: those of the label, last one
// first, then those that show. A label that lies is ignored.
func (r *reader) unwrap(labels []string, b []byte, complete bool) []byte {
	done := 0
	list := strings.Split(strings.ToLower(strings.Join(labels, ",")), ",")
	for i := len(list) - 1; i >= 0; i-- {
		coding := strings.TrimSpace(list[i])
		if coding == "" || coding == "identity" {
			continue
		}
		if done == maxCodings {
			r.undecoded = true
			return b
		}
		done++
		b = r.undo(coding, b, complete)
	}
	for ; done < maxCodings; done++ {
		coding := compressed(b)
		if coding == "" {
			break
		}
		b = r.undo(coding, b, complete)
	}
	if done == 0 && len(b) <= freeOutput && notText(b) {
		// Raw deflate has no mark. What was not compressed so ends in an error
		// after a few bytes, or comes out as noise.
		if out, err := inflate("raw", b, r); err == nil && len(out) >= minOpaque && !notText(out) {
			r.work -= len(out)
			r.sign("deflate")
			return out
		}
	}
	if compressed(b) == "gzip" || compressed(b) == "zstd" {
		r.undecoded = true
	}
	return b
}

// undo undoes one coding, or returns b if it is not of that coding.
func (r *reader) undo(coding string, b []byte, complete bool) []byte {
	out, err := inflate(coding, b, r)
	r.work -= len(out)
	cut := errors.Is(err, io.ErrUnexpectedEOF) && !complete
	text := !notText(b) && compressed(b) == ""
	if err != nil && !cut {
		r.undecoded = r.undecoded || len(out) > 0 || !text
	}
	switch {
	case err != nil && text && (len(out) == 0 || notText(out)):
		// Readable as it is, and what came out is not: the label lied. Text can
		// look like the beginning of a coding: brotli skips what stands behind an L.
		return b
	case err != nil && !cut && len(out) == 0:
		return b
	case len(out) > 0:
		r.sign(strings.TrimPrefix(known(coding), "x-"))
	}
	return out
}

// known returns the coding if it is one of ours.
func known(coding string) string {
	if _, ok := codings[coding]; ok {
		return coding
	}
	return "coding"
}
