// Package charset turns text into UTF-8: by the label that it came with, or by what its
// bytes look like where there is none or where it lies, as pages of attackers may.
//
// It knows what hides names and addresses: UTF-16, UTF-32, UTF-7 and the encodings of
// Japanese. All others agree with ASCII.
package charset

import (
	"bytes"
	"strings"
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

// Texts returns b as the texts that it may be, in UTF-8: by its
// label, in lower case and "" for none, or as it is and by what its bytes look like. There
// are two at most, of which one may be b itself; it is not changed. found says how it was
// written, "utf-7" or "charset", and is empty where b stands for itself.
func Texts(b []byte, label string) (texts [][]byte, found string) {
	if label == "utf-7" || label == "unicode-1-1-utf-7" {
		return [][]byte{b, utf7(b)}, "utf-7"
	}
	if e := Lookup(label); e != nil {
		if out := Decode(e, b); out != nil {
			if Belied(label, b) {
				return [][]byte{out, b}, "charset"
			}
			return [][]byte{out}, "charset"
		}
	}
	switch {
	case Sniff(b) != nil:
		if out := Decode(Sniff(b), b); out != nil {
			return [][]byte{out}, "charset"
		}
	case NotText(b) || len(b) > maxSniffed:
	case bytes.Contains(b, []byte("\x1b$")) || bytes.Contains(b, []byte("\x1b(J")):
		if out := Decode(japanese.ISO2022JP, b); out != nil {
			return [][]byte{b, out}, "charset"
		}
	case !utf8.Valid(b):
		// One of the two fits most texts; the bytes of the other then come
		// out as replacement characters.
		sjis, euc := Decode(japanese.ShiftJIS, b), Decode(japanese.EUCJP, b)
		best := sjis
		if bytes.Count(euc, []byte("�")) < bytes.Count(sjis, []byte("�")) {
			best = euc
		}
		return [][]byte{best, b}, "charset"
	case looksUTF7(b):
		if out := utf7(b); !bytes.Equal(out, b) {
			return [][]byte{b, out}, "utf-7"
		}
	}
	return [][]byte{b}, ""
}

// Japanese returns the texts that a short value is in Shift_JIS and in EUC-JP, where all of
// it has a meaning, and no half-width letters, which noise is full of: none, one or both, since few letters do not tell which it is.
func Japanese(v []byte, most int) (texts [][]byte) {
	if len(v) > most {
		return nil
	}
	for _, e := range []encoding.Encoding{japanese.ShiftJIS, japanese.EUCJP} {
		if out := Decode(e, v); out != nil && !bytes.ContainsFunc(out, func(c rune) bool { return c == utf8.RuneError || 0xff61 <= c && c <= 0xff9f }) {
			texts = append(texts, out)
		}
	}
	return texts
}

// Lookup returns the encoding of a label, in lower case; nil for an unknown one, and for
// those that agree with ASCII.
func Lookup(label string) encoding.Encoding { return charsets[label] }

// Belied reports whether b, of that label, is plainly not in UTF-16 or UTF-32.
func Belied(label string, b []byte) bool {
	return strings.HasPrefix(label, "u") && bytes.IndexByte(b[:min(len(b), 64)], 0) < 0
}

// Decode returns b in UTF-8, or nil if that fails; what e has no letter for becomes U+FFFD.
func Decode(e encoding.Encoding, b []byte) []byte {
	out, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return nil
	}
	return out
}

// Sniff tells UTF-16 and UTF-32 by their marks, or by the bytes of ASCII that are
// zero: every other one, or three of four. It returns nil for all else.
func Sniff(b []byte) encoding.Encoding {
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

// NotText reports whether b begins with control bytes that text of one or more bytes a
// letter does not have. UTF-16 and UTF-32 are not text by that.
func NotText(b []byte) bool {
	for _, c := range b[:min(len(b), 512)] {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != 0x1b && c != 0x1e && c != 0x0c {
			return true
		}
	}
	return false
}
