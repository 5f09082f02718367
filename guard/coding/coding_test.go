package coding_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"sekisho/guard/coding"
)

// encoders write the codings. "deflate" is written as some servers do and as RFC 9110 says.
var encoders = []struct {
	name, label, sniffed string
	open                 func(io.Writer) io.WriteCloser
}{
	{"gzip", "gzip", "gzip", func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }},
	{"x-gzip", "x-gzip", "gzip", func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }},
	{"brotli", "br", "", func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) }},
	{"zstd", "zstd", "zstd", func(w io.Writer) io.WriteCloser {
		z, err := zstd.NewWriter(w)
		if err != nil {
			panic(err)
		}
		return z
	}},
	{"zlib", "deflate", "deflate", func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }},
	{"deflate without zlib", "deflate", "", raw},
	{"raw", "raw", "", raw},
}

func raw(w io.Writer) io.WriteCloser {
	z, err := flate.NewWriter(w, flate.DefaultCompression)
	if err != nil {
		panic(err)
	}
	return z
}

func encode(t testing.TB, open func(io.Writer) io.WriteCloser, plain string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := open(&b)
	if _, err := io.WriteString(w, plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const plain = "email=a%40example.jp&k=5f2e91c07d"

func TestInflate(t *testing.T) {
	t.Parallel()
	for _, test := range encoders {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := encode(t, test.open, plain)
			if got, err := coding.Inflate(test.label, b, 1<<10); string(got) != plain || err != nil {
				t.Errorf("%q, %v; want %q", got, err, plain)
			}
			if got, err := coding.Inflate(test.label, b, 8); string(got) != plain[:8] || err == nil {
				t.Errorf("of 8 bytes: %q, %v; want %q and an error", got, err, plain[:8])
			}
			if got := coding.Sniff(b); got != test.sniffed {
				t.Errorf("looks like %q; want %q", got, test.sniffed)
			}
			long := encode(t, test.open, strings.Repeat(plain, 1<<10))
			got, err := coding.Inflate(test.label, long[:len(long)-3], 1<<20)
			if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.HasPrefix(strings.Repeat(plain, 1<<10), string(got)) {
				t.Errorf("cut short: %d bytes, %v", len(got), err)
			}
		})
	}
	if got, err := coding.Inflate("compress", []byte(plain), 1<<10); got != nil || err == nil || coding.Lookup("compress") != nil {
		t.Errorf("of an unknown coding: %q, %v; want an error", got, err)
	}
}

// TestInflateBombs holds that what is a thousand times as long as it came does not come out.
func TestInflateBombs(t *testing.T) {
	t.Parallel()
	for _, test := range encoders {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := encode(t, test.open, strings.Repeat("a", 8<<20))
			out, err := coding.Inflate(test.label, b, 64<<20)
			if err == nil || !coding.Bomb(int64(len(out))+1, int64(len(b))) && len(out) < 4<<20 {
				t.Errorf("%d bytes of %d, %v; want an error at the bound", len(out), len(b), err)
			}
		})
	}
	if coding.Bomb(10<<10, 1<<10) || coding.Bomb(1<<20, 1<<10) || !coding.Bomb(2<<20, 1<<10) {
		t.Error("text that shrinks to a tenth, or the first MiB, is taken for a bomb, or a bomb is not")
	}
}

func FuzzInflate(f *testing.F) {
	for _, e := range encoders {
		f.Add(e.label, encode(f, e.open, plain), 1<<10)
	}
	f.Fuzz(func(t *testing.T, label string, b []byte, most int) {
		most = min(max(most, 0), 1<<20)
		before := bytes.Clone(b)
		out, err := coding.Inflate(label, b, most)
		if len(out) > most || err != nil && coding.Lookup(label) == nil && out != nil {
			t.Errorf("%d bytes, %v; want %d at most", len(out), err, most)
		}
		if known := coding.Sniff(b); known != "" && coding.Lookup(known) == nil {
			t.Errorf("looks like %q, which is unknown", known)
		}
		if !bytes.Equal(b, before) {
			t.Error("the body was changed")
		}
	})
}
