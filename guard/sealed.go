package guard

import (
	"bytes"
	"unicode/utf8"

	"sekisho/guard/charset"
	"sekisho/guard/coding"
)

// maxSealed is the longest body that could be a sign-in encrypted by its page.
// Longer ones are files.
const maxSealed = 16 << 10

// encrypted reports whether b is noise: more bytes that are no letters than
// formats of structured data have, and none of the marks that pictures, sounds,
// archives and documents begin with.
func encrypted(b []byte) bool {
	if len(b) < 16 || len(b) > maxSealed || !charset.NotText(b) || utf8.Valid(b) || coding.Sniff(b) != "" || familiarFile(b) {
		return false
	}
	noise := 0
	for _, c := range b {
		if c < ' ' || c >= 0x7f {
			noise++
		}
	}
	return 2*noise > len(b)
}

// fileMarks are what files begin with, by the WHATWG MIME Sniffing Standard, section 6,
// and the formats' own documents.
var fileMarks = []string{
	"\xff\xd8\xff", "\x89PNG", "GIF8", "BM", "RIFF", "OggS", "ID3", "\x1a\x45\xdf\xa3", "%PDF", "PK\x03\x04", "Rar!", "7z\xbc\xaf",
	"wOFF", "wOF2", "\x00\x00\x01\x00", "\x00asm", "fLaC", "\xff\xfb", "\xff\xf1", "II*\x00", "MM\x00*",
}

func familiarFile(b []byte) bool {
	for _, mark := range fileMarks {
		if bytes.HasPrefix(b, []byte(mark)) {
			return true
		}
	}
	return len(b) >= 8 && string(b[4:8]) == "ftyp"
}
