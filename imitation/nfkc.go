package imitation

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// eachNFKC appends what NFKC makes of text to dst, if it is made of characters that
// it changes one by one, as most of what people read is: accented Latin, punctuation,
// kana, Chinese, full width. It costs a tenth of package norm and no allocation.
func eachNFKC(dst, text []byte) ([]byte, bool) {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		i += n
		switch {
		case r < utf8.RuneSelf:
			dst = append(dst, byte(r))
		case r < endLatin:
			dst = append(dst, latinNFKC[r]...)
		case r >= 0x2000 && r < 0x2070:
			dst = append(dst, generalNFKC[r-0x2000]...)
		case r >= 0x3001 && r <= 0x3020, r >= 0x3041 && r <= 0x3096, r >= 0x30a1 && r <= 0x30fe, r >= 0x4e00 && r <= 0x9fff:
			dst = append(dst, text[i-n:i]...)
		case r == 0x3000:
			dst = append(dst, ' ')
		case r >= 0xff01 && r <= 0xff5e:
			dst = append(dst, byte(r-0xff01+'!'))
		default:
			return dst, false
		}
	}
	return dst, true
}

// endLatin is where marks begin that combine with the letter before them.
const endLatin = 0x300

var (
	latinNFKC   = tableNFKC(0, endLatin)
	generalNFKC = tableNFKC(0x2000, 0x2070)
)

func tableNFKC(from, to rune) []string {
	table := make([]string, 0, to-from)
	for r := from; r < to; r++ {
		table = append(table, norm.NFKC.String(string(r)))
	}
	return table
}
