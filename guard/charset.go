package guard

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// charsets by the labels of the Encoding Standard, section 4.2, that matter
// here. Single-byte charsets agree with ASCII, which names and addresses are in.
var charsets = map[string]encoding.Encoding{
	"utf-16": utf16LE, "utf-16le": utf16LE, "utf16": utf16LE, "ucs-2": utf16LE, "unicode": utf16LE, "utf-16be": utf16BE,
	"utf-32": utf32LE, "utf-32le": utf32LE, "utf32": utf32LE, "ucs-4": utf32LE, "utf-32be": utf32BE,
	"shift_jis": japanese.ShiftJIS, "shift-jis": japanese.ShiftJIS, "sjis": japanese.ShiftJIS, "x-sjis": japanese.ShiftJIS,
	"windows-31j": japanese.ShiftJIS, "ms932": japanese.ShiftJIS, "cp932": japanese.ShiftJIS, "ms_kanji": japanese.ShiftJIS,
	"euc-jp": japanese.EUCJP, "x-euc-jp": japanese.EUCJP, "eucjp": japanese.EUCJP,
	"iso-2022-jp": japanese.ISO2022JP, "csiso2022jp": japanese.ISO2022JP,
}

var (
	utf16LE = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	utf16BE = unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	utf32LE = utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)
	utf32BE = utf32.UTF32(utf32.BigEndian, utf32.UseBOM)
)

// maxSniffed bounds the bodies whose charset is guessed at by trying.
const maxSniffed = 256 << 10

// views returns the body as the texts that it may be: by its label, or as it is
// and by what its bytes look like. Two at most.
func (r *reader) views(b []byte, label string) [][]byte {
	if label == "utf-7" || label == "unicode-1-1-utf-7" {
		r.sign("utf-7")
		return [][]byte{b, utf7(b)}
	}
	if e, ok := charsets[label]; ok {
		if out := convert(e, b); out != nil {
			r.sign("charset")
			return [][]byte{out, b}[:1+extra(label, b)]
		}
	}
	switch {
	case wide(b) != nil:
		if out := convert(wide(b), b); out != nil {
			r.sign("charset")
			return [][]byte{out}
		}
	case notText(b) || len(b) > maxSniffed:
	case bytes.Contains(b, []byte("\x1b$")) || bytes.Contains(b, []byte("\x1b(J")):
		if out := convert(japanese.ISO2022JP, b); out != nil {
			r.sign("charset")
			return [][]byte{b, out}
		}
	case !utf8.Valid(b):
		// One of the two fits most texts; the bytes of the other then come
		// out as replacement characters.
		sjis, euc := convert(japanese.ShiftJIS, b), convert(japanese.EUCJP, b)
		best := sjis
		if bytes.Count(euc, []byte("�")) < bytes.Count(sjis, []byte("�")) {
			best = euc
		}
		r.sign("charset")
		return [][]byte{best, b}
	case looksUTF7(b):
		if out := utf7(b); !bytes.Equal(out, b) {
			r.sign("utf-7")
			return [][]byte{b, out}
		}
	}
	return [][]byte{b}
}

// extra is 1 if a body labelled UTF-16 is plainly not.
func extra(label string, b []byte) int {
	if label[0] == 'u' && bytes.IndexByte(b[:min(len(b), 64)], 0) < 0 {
		return 1
	}
	return 0
}

func convert(e encoding.Encoding, b []byte) []byte {
	out, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return nil
	}
	return out
}

// wide tells UTF-16 and UTF-32 by their marks, or by the bytes of ASCII that are
// zero: every other one, or three of four.
func wide(b []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe, 0, 0}), len(b) >= 8 && b[0] != 0 && b[4] != 0 && zeroes(b[1:4], b[5:8]):
		return utf32LE
	case bytes.HasPrefix(b, []byte{0, 0, 0xfe, 0xff}), len(b) >= 8 && b[3] != 0 && b[7] != 0 && zeroes(b[:3], b[4:7]):
		return utf32BE
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
		return utf16LE
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return utf16BE
	case len(b) < 8:
		return nil
	}
	even, odd, n := 0, 0, min(len(b), 64)&^1
	for i := 0; i < n; i += 2 {
		if b[i] == 0 && b[i+1] != 0 {
			even++
		}
		if b[i] != 0 && b[i+1] == 0 {
			odd++
		}
	}
	switch {
	case odd*4 >= n/2*3:
		return utf16LE
	case even*4 >= n/2*3:
		return utf16BE
	}
	return nil
}

func zeroes(parts ...[]byte) bool {
	for _, b := range parts {
		for _, c := range b {
			if c != 0 {
				return false
			}
		}
	}
	return true
}
