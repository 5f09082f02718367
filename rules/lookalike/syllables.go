package lookalike

import (
	"strings"
	"unicode/utf8"
)

// syllables of the brand, in kana as [prototypes] leaves them and in Latin
// letters.
var syllablesOf = [...][2]string{{"ア", "a"}, {"マ", "ma"}, {prototypes("ゾ"), "zo"}, {"ン", "n"}}

// syllabic returns the length of what s begins with, if that is the brand by
// syllables, at least one of them in kana, and not kana alone without anything
// between: ア-マゾン, アマ・ゾン, アマゾーン, アマzon, amaゾン.
func syllabic(s string) int {
	n, kana, other := 0, false, false
	for k, way := range syllablesOf {
		for k > 0 {
			gap := gapAt(s[n:])
			if gap == 0 {
				break
			}
			other = true
			n += gap
		}
		switch {
		case strings.HasPrefix(s[n:], way[0]):
			kana = true
			n += len(way[0])
		case strings.HasPrefix(s[n:], way[1]):
			other = true
			n += len(way[1])
		default:
			return 0
		}
	}
	if !kana || !other {
		return 0
	}
	return n
}

// gapAt returns the length of what s begins with, if that tears a word apart
// and is no part of it.
func gapAt(s string) int {
	for _, g := range [...]string{"-", "・", "ー", "_"} {
		if strings.HasPrefix(s, g) {
			return len(g)
		}
	}
	return 0
}

// sellerTwin is Seller Central with characters that look like the last one.
var sellerTwin = prototypes("セラーセントラノレ")

// sellerKana is Seller Central in kana, as [prototypes] leaves it.
var sellerKana = []rune(prototypes("セラーセントラル"))

// nearlySeller returns the length of what s begins with, if that is
// [sellerKana] with one character changed, added, left out, or exchanged with
// the next; zero if it is not.
func nearlySeller(s string) int {
	if r, _ := utf8.DecodeRuneInString(s); r != sellerKana[0] && r < '゠' {
		return 0
	}
	size := len(sellerKana)
	var rs [9]rune
	var ends [9]int
	n := 0
	for i, r := range s {
		if n == len(rs) {
			break
		}
		rs[n], ends[n] = r, i+utf8.RuneLen(r)
		n++
	}
	for _, k := range [...]int{size, size + 1, size - 1} {
		if k <= n && oneEdit(rs[:k], sellerKana) {
			return ends[k-1]
		}
	}
	return 0
}

// oneEdit reports whether one edit, or none, leads from a to b.
func oneEdit(a, b []rune) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return len(a) <= 1 && len(b) <= 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}
