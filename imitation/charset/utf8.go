package charset

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// ASCII returns how much of p begins it that is the same in all encodings.
func ASCII(p []byte) int {
	if i := bytes.IndexByte(p, escape); i >= 0 {
		p = p[:i]
	}
	i := 0
	for i+8 <= len(p) && binary.NativeEndian.Uint64(p[i:])&0x8080808080808080 == 0 {
		i += 8
	}
	for i < len(p) && p[i] < utf8.RuneSelf {
		i++
	}
	return i
}

// readable returns how many bytes of p are UTF-8.
func readable(p []byte) int {
	if utf8.Valid(p) {
		return len(p)
	}
	n := 0
	for n < len(p) {
		r, size := utf8.DecodeRune(p[n:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		n += size
	}
	return n
}

// Uncut returns how much of p there is without a character of UTF-8 that is
// cut off by its end.
func Uncut(p []byte) int {
	for i := len(p) - 1; i >= 0 && i > len(p)-utf8.UTFMax; i-- {
		if utf8.RuneStart(p[i]) {
			if !utf8.FullRune(p[i:]) {
				return i
			}
			break
		}
	}
	return len(p)
}

// nearlyUTF8 takes a character that is cut at the end for whole.
func nearlyUTF8(p []byte) bool {
	for len(p) > 0 {
		r, n := utf8.DecodeRune(p)
		if r == utf8.RuneError && n == 1 && utf8.FullRune(p) {
			return false
		}
		p = p[n:]
	}
	return true
}

// mostlyUTF8 forgives a broken character for eight that are whole: no other
// encoding comes to that many by accident.
func mostlyUTF8(p []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(p); {
		r, n := utf8.DecodeRune(p[i:])
		switch {
		case n > 1:
			good++
		case r == utf8.RuneError && utf8.FullRune(p[i:]):
			bad++
		}
		i += n
	}
	return good >= 8*bad
}
