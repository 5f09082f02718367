package lookalike

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

//go:generate go run ./gen -in $CONFUSABLES -out confusables.go

// confusable is a character and what it can be taken for.
type confusable struct {
	from rune
	to   [4]byte
}

// Skeleton returns the UTS #39 skeleton of label, so that labels which look
// alike compare equal. label is one Unicode label without dots, in any case.
// The result is for comparison only; it is not a host name.
//
// It goes further than the standard in what host names need: marks are
// dropped, Han characters that look like kana are kana, small kana are large,
// hiragana is katakana, and rn, vv and the digits that pass for letters are
// the letters. An ASCII label without any of these is returned as it is,
// without allocation.
// See https://www.unicode.org/reports/tr39/#Confusable_Detection.
func Skeleton(label string) string {
	if ascii(label) {
		return foldASCII(strings.ToLower(label))
	}
	return foldASCII(prototypes(label))
}

// prototypes replaces every character of label by what it can be taken for.
// The digits and the letter pairs are left to [foldASCII].
func prototypes(label string) string {
	label = strings.ToLower(norm.NFKC.String(label))
	var b strings.Builder
	b.Grow(len(label))
	for _, r := range norm.NFD.String(label) {
		if to, ok := kanaOf(r); ok {
			b.WriteRune(to)
			continue
		}
		if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point) {
			continue
		}
		if r >= utf8.RuneSelf {
			if c, ok := confusableOf(r); ok {
				b.WriteString(c)
				continue
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

func confusableOf(r rune) (string, bool) {
	if r == 'ӏ' { // the small palochka: i to Unicode, l to the eye
		return "l", true
	}
	i, ok := slices.BinarySearchFunc(confusables[:], r, func(c confusable, r rune) int { return int(c.from) - int(r) })
	if !ok {
		to, ok := variants[r]
		return to, ok
	}
	to := string(confusables[i].to[:])
	return strings.TrimRight(to, "\x00"), true
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// digitLetters holds the letters that digits pass for, by digit; zero where a
// digit passes for none.
var digitLetters = [10]byte{0: 'o', 1: 'l', 2: 'z', 3: 'e', 4: 'a', 5: 's'}

// foldASCII folds the digits and letter pairs of ASCII that pass for a letter.
func foldASCII(s string) string {
	if !foldable(s) {
		return s
	}
	return string(appendFolded(make([]byte, 0, len(s)), s))
}

func foldable(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '5':
			return true
		case i > 0 && pair(s[i-1], c) != 0:
			return true
		}
	}
	return false
}

func appendFolded(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if i+1 < len(s) {
			if p := pair(c, s[i+1]); p != 0 {
				dst = append(dst, p)
				i++
				continue
			}
		}
		if c >= '0' && c <= '9' && digitLetters[c-'0'] != 0 {
			c = digitLetters[c-'0']
		}
		dst = append(dst, c)
	}
	return dst
}

// pair returns the letter that a and b pass for side by side, or zero.
func pair(a, b byte) byte {
	switch {
	case a == 'r' && b == 'n':
		return 'm'
	case a == 'v' && b == 'v':
		return 'w'
	}
	return 0
}
