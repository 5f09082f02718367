package imitation

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// eachNFKC appends what NFKC makes of text to dst, if it is made of characters that
// it changes one by one, as most of what people read is: accented Latin, punctuation,
// symbols, kana, Chinese, full width. It costs a tenth of package norm and no allocation.
func eachNFKC(dst, text []byte) ([]byte, bool) {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		i += n
		switch {
		case r < utf8.RuneSelf:
			dst = append(dst, byte(r))
		case r < endLatin:
			dst = append(dst, latinNFKC[r]...)
		case r >= 0x2000 && r < endSymbols && (r < 0x20d0 || r > 0x20ff): // where marks are that combine
			dst = append(dst, symbolNFKC[r-0x2000]...)
		case r >= 0x3001 && r <= 0x3020, r >= 0x3041 && r <= 0x3096, r >= 0x30a1 && r <= 0x30fe, r >= 0x4e00 && r <= 0x9fff:
			dst = append(dst, text[i-n:i]...)
		case r == 0x3000:
			dst = append(dst, ' ')
		case r >= 0xff01 && r <= 0xff5e:
			dst = append(dst, byte(r-0xff01+'!'))
		case r >= 0xffe0 && r < 0xffe7:
			dst = append(dst, wideNFKC[r-0xffe0]...)
		default:
			return dst, false
		}
	}
	return dst, true
}

const (
	// endLatin is where marks begin that combine with the letter before them.
	endLatin = 0x300
	// endSymbols is behind punctuation, currencies, arrows, frames, stars and the like.
	endSymbols = 0x2700
)

var (
	latinNFKC  = tableNFKC(0, endLatin)
	symbolNFKC = tableNFKC(0x2000, endSymbols)
	wideNFKC   = tableNFKC(0xffe0, 0xffe7) // currencies
)

func tableNFKC(from, to rune) []string {
	table := make([]string, 0, to-from)
	for r := from; r < to; r++ {
		table = append(table, norm.NFKC.String(string(r)))
	}
	return table
}
