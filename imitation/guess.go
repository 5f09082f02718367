package imitation

import (
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
)

// escape begins the shifts of ISO-2022-JP.
const escape = 0x1b

// guessEncoding says what p is in when nobody said so; nil is UTF-8. Browsers
// guess too, so a page without a declaration is read by the people it is for.
// UTF-8 is nothing else by accident. Shift_JIS and EUC-JP are told apart by
// which of them the bytes break less, kana counting for an encoding: there is
// no Japanese text without them.
func guessEncoding(p []byte) encoding.Encoding {
	switch {
	case p[0] == escape:
		return japanese.ISO2022JP
	case nearlyUTF8(p):
		return nil
	}
	sjis, euc := scoreShiftJIS(p), scoreEUC(p)
	switch {
	case sjis > 0 && sjis >= euc:
		return japanese.ShiftJIS
	case euc > 0:
		return japanese.EUCJP
	}
	return nil
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
