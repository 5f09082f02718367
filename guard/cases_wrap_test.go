package guard_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"sekisho/guard"
)

func packed(open func(io.Writer) io.WriteCloser, s string) string {
	var b bytes.Buffer
	w := open(&b)
	if _, err := io.WriteString(w, s); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

func gzipped(s string) string {
	return packed(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, s)
}

func zlibbed(s string) string {
	return packed(func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }, s)
}

func deflated(s string) string {
	return packed(func(w io.Writer) io.WriteCloser { f, _ := flate.NewWriter(w, 9); return f }, s)
}

func brotlied(s string) string {
	return packed(func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) }, s)
}

func zstded(s string) string {
	return packed(func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z }, s)
}

func encoded(e encoding.Encoding, s string) string {
	out, err := e.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return out
}

func TestCasesWrap(t *testing.T) {
	t.Parallel()
	coding := func(c string) string { return "application/json\nContent-Encoding: " + c }
	le, be := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	marked := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	// The last byte of 表 in Shift_JIS is a backslash, which would escape the quote.
	kanji := `{"shop":"東京表","email":"` + typedID + `","password":"` + typedPass + `"}`
	seven := strings.NewReplacer(`"`, "+ACI-", "{", "+AHs-", "@", "+AEA-", "p", "+AHA-").Replace(jsonPair)
	runCases(t, []testCase{
		signIn("CR-07 gzip", coding("gzip"), gzipped(jsonPair)),
		signIn("CR-07 deflate as zlib", coding("deflate"), zlibbed(jsonPair)),
		signIn("CR-07 deflate raw", coding("deflate"), deflated(jsonPair)),
		signIn("CR-07 br", coding("br"), brotlied(jsonPair)),
		signIn("CR-07 zstd", coding("zstd"), zstded(jsonPair)),
		signIn("CR-07 gzip in br", coding("gzip, br"), brotlied(gzipped(jsonPair))),
		signIn("CR-07 two header lines", coding("zstd\nContent-Encoding: gzip"), gzipped(zstded(jsonPair))),
		signIn("CR-07 gzip without a label", "application/octet-stream", gzipped(jsonPair)),
		signIn("CR-07 zlib without a label", "application/octet-stream", zlibbed(jsonPair)),
		signIn("CR-07 zstd without a label", "", zstded(pairs)),
		signIn("CR-07 raw deflate without a label", "application/octet-stream", deflated(jsonPair)),
		signIn("CR-07 the label lies", coding("gzip"), jsonPair),
		signIn("CR-07 the label lies, and some noise comes out", coding("deflate"), jsonPair),
		signIn("CR-07 the label is unknown", coding("lzma"), jsonPair),
		signIn("CR-07 identity", coding("identity"), jsonPair),
		signIn("CR-07 two members", coding("gzip"), gzipped(`{"a":1}`)+gzipped(jsonPair)),
		signIn("CR-07 damaged at its end", coding("gzip"), gzipped(jsonPair)[:len(gzipped(jsonPair))-6]),
		signIn("CR-07 gzip in base64 in a field", form, "d="+strings.NewReplacer("+", "%2B", "/", "%2F").Replace(base64Std(gzipped(jsonPair)))),
		signIn("CR-13 UTF-16 LE by label", "application/json; charset=utf-16le", encoded(le, jsonPair)),
		signIn("CR-13 UTF-16 BE by label", "application/json; charset=UTF-16BE", encoded(be, jsonPair)),
		signIn("CR-13 UTF-16 by its mark", "application/json", encoded(marked, jsonPair)),
		signIn("CR-13 UTF-16 LE by looks", "application/json", encoded(le, jsonPair)),
		signIn("CR-13 UTF-16 BE by looks", "text/plain", encoded(be, pairs)),
		signIn("CR-13 labelled UTF-16, but is not", "application/json; charset=utf-16", jsonPair),
		signIn("CR-13 Shift_JIS by label", "application/json; charset=Shift_JIS", encoded(japanese.ShiftJIS, kanji)),
		signIn("CR-13 Shift_JIS by looks", "application/json", encoded(japanese.ShiftJIS, kanji)),
		signIn("CR-13 EUC-JP by label", "application/json; charset=euc-jp", encoded(japanese.EUCJP, kanji)),
		signIn("CR-13 EUC-JP by looks", "application/json", encoded(japanese.EUCJP, kanji)),
		signIn("CR-13 ISO-2022-JP by label", "application/json; charset=iso-2022-jp", encoded(japanese.ISO2022JP, kanji)),
		signIn("CR-13 ISO-2022-JP by looks", "application/json", encoded(japanese.ISO2022JP, kanji)),
		signIn("CR-13 Japanese name in Shift_JIS, escaped", form, "email="+typedID+"&"+percentAll(encoded(japanese.ShiftJIS, "パスワード"))+"="+percentAll(typedPass)),
		signIn("CR-13 UTF-7 by label", "application/json; charset=utf-7", seven),
		signIn("CR-13 UTF-7 by looks", "text/plain", seven),
	})
}

// TestCR07Lie: text of which only the beginning is here may look like the beginning of
// what its label says, and is read as the text that it is.
func TestCR07Lie(t *testing.T) {
	t.Parallel()
	for coding, begin := range map[string]string{"br": "LA=1&", "gzip": "a=1&", "zstd": "(=1&"} {
		for _, partial := range []bool{true, false} {
			q := request{headers: form + "\nContent-Encoding: " + coding, body: begin + pairs, partial: partial}
			if f := q.inspect(t, guard.Hints{}); f.Act != guard.SignIn || f.Undecoded && partial {
				t.Errorf("%s, partial %t: act %v, undecoded %t; want a sign-in", coding, partial, f.Act, f.Undecoded)
			}
		}
	}
	for coding, pack := range map[string]func(string) string{"br": brotlied, "deflate": deflated, "gzip": gzipped, "zstd": zstded} {
		whole := pack(jsonPair)
		for n := range len(whole) {
			q := request{headers: "application/json\nContent-Encoding: " + coding, body: whole[:n], partial: true}
			if f := q.inspect(t, guard.Hints{}); f.Undecoded {
				t.Errorf("%d bytes of %s cannot be read; want them to wait for more", n, coding)
			}
		}
	}
}

func TestCR07Bomb(t *testing.T) {
	t.Parallel()
	bomb := gzipped(strings.Repeat("\x00", 64<<20))
	twice := gzipped(bomb)
	for name, q := range map[string]request{
		"one level":    {headers: "application/json\nContent-Encoding: gzip", body: bomb},
		"two levels":   {headers: "application/json\nContent-Encoding: gzip, gzip", body: twice},
		"three levels": {headers: "application/json\nContent-Encoding: gzip, gzip, gzip", body: gzipped(twice)},
		"unlabelled":   {body: bomb},
		"of fields":    {headers: form + "\nContent-Encoding: gzip", body: gzipped(strings.Repeat("a=b&c=dd&e=ff&gg=h&", 100_000))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if f := q.inspect(t, guard.Hints{Known: known}); f.Act != guard.Nothing || !f.Undecoded {
				t.Errorf("act %v, undecoded %v; want nothing, true", f.Act, f.Undecoded)
			}
		})
	}
}
