package charset

import (
	"bytes"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// escape begins the shifts of ISO-2022-JP.
const escape = 0x1b

// guessEncoding says what p is in when nobody said so; nil is UTF-8. Browsers
// guess too, so a page without a declaration is read by the people it is for.
// UTF-8 is nothing else by accident. Shift_JIS and EUC-JP are told apart by
// which of them the bytes break less, kana counting for an encoding: there is
// no Japanese text without them. Where UTF-8 came before, they must be sure.
func guessEncoding(p []byte, after bool) encoding.Encoding {
	if p[0] == escape && bytes.HasPrefix(p[1:], []byte("$")) && ASCII(p[1:]) == bytes.IndexByte(append(p[1:len(p):len(p)], escape), escape) {
		return japanese.ISO2022JP
	}
	if mostlyUTF8(p) {
		return nil
	}
	sjis, euc := scoreShiftJIS(p), scoreEUC(p)
	least := 0
	if after {
		least = certain
	}
	switch {
	case sjis > least && sjis >= euc:
		return japanese.ShiftJIS
	case euc > least:
		return japanese.EUCJP
	case after:
		return nil
	}
	return guessOther(p)
}

// certain is the score of some ten kana with nothing that breaks them.
const certain = 16

// guessOther tells encodings apart by where their letters lie. Small letters
// of Cyrillic are in the last two columns of windows-1251 and in the two before
// of KOI8-R. Of two bytes a character, the syllables of KS X 1001 begin with B0
// to C8, those of GB 2312 with up to F7, and many of Big5 end below 7F. The
// accented letters of the West stand among others.
func guessOther(p []byte) encoding.Encoding {
	var high, last, before int
	var pairs, among, low, hangul, chinese int
	for _, b := range p {
		switch {
		case b >= 0xe0:
			last++
		case b >= 0xc0:
			before++
		}
		if b >= 0x80 {
			high++
		}
	}
	for i := 0; i+1 < len(p); i++ {
		b, next := p[i], p[i+1]
		if b < 0x81 || next < 0x40 {
			continue
		}
		pairs++
		switch {
		case i > 0 && letter(p[i-1]) || i+2 < len(p) && letter(p[i+2]):
			among++
		case next < 0x7f:
			low++
		case b >= 0xb0 && b <= 0xc8:
			hangul++
		case b <= 0xf7:
			chinese++
		}
		i++
	}
	switch {
	case 3*last > 2*high && 2*among < pairs:
		return charmap.Windows1251
	case 3*before > 2*high && 2*among < pairs:
		return charmap.KOI8R
	case pairs == 0, 2*among > pairs:
		return charmap.Windows1252
	case 6*low > pairs:
		return traditionalchinese.Big5
	case hangul > 6*chinese:
		return korean.EUCKR
	}
	return simplifiedchinese.GB18030
}

func letter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

func scoreShiftJIS(p []byte) (score int) {
	for i := 0; i < len(p); i++ {
		switch b := p[i]; {
		case b < 0x80:
		case b >= 0xa1 && b <= 0xdf: // half-width kana
			score--
		case i+1 == len(p):
		case (b >= 0x81 && b <= 0x9f || b >= 0xe0 && b <= 0xfc) && p[i+1] >= 0x40 && p[i+1] != 0x7f && p[i+1] <= 0xfc:
			if i++; b == 0x82 || b == 0x83 {
				score += 2
			}
		default:
			score -= 8
		}
	}
	return score
}

func scoreEUC(p []byte) (score int) {
	for i := 0; i < len(p); i++ {
		switch b := p[i]; {
		case b < 0x80, i+1 == len(p):
		case (b >= 0xa1 && b <= 0xfe || b == 0x8e) && p[i+1] >= 0xa1:
			if i++; b == 0xa4 || b == 0xa5 {
				score += 2
			}
		default:
			score -= 8
		}
	}
	return score
}
