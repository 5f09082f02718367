package imitation_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

func encode(tb testing.TB, charset string, p []byte) []byte {
	tb.Helper()
	e, ok := map[string]encoding.Encoding{
		"utf-8": encoding.Nop, "shift_jis": japanese.ShiftJIS, "euc-jp": japanese.EUCJP, "iso-2022-jp": japanese.ISO2022JP,
		"utf-16le": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "latin-1": charmap.ISO8859_1, "utf-16be": unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
	}[charset]
	if !ok {
		tb.Fatalf("no charset %q", charset)
	}
	out, err := e.NewEncoder().Bytes(p)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

func compress(tb testing.TB, coding string, p []byte) []byte {
	tb.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	var err error
	switch coding {
	case "identity":
		return p
	case "gzip":
		w = gzip.NewWriter(&b)
	case "deflate":
		w = zlib.NewWriter(&b)
	case "deflate-raw":
		w, err = flate.NewWriter(&b, flate.DefaultCompression)
	case "br":
		w = brotli.NewWriter(&b)
	case "zstd":
		w, err = zstd.NewWriter(&b)
	default:
		tb.Fatalf("no coding %q", coding)
	}
	if err != nil {
		tb.Fatal(err)
	}
	if _, err = w.Write(p); err == nil {
		err = w.Close()
	}
	if err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}
