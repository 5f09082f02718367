package imitation

import "unicode/utf8"

// sameInEast maps Chinese characters to the kana that they are taken for, and old
// forms to those in use. Patterns are folded as texts are, so that a text that
// means the character is compared the same. All have three bytes.
var sameInEast = func() map[rune]rune {
	m := map[rune]rune{}
	pairs := []rune("一ー口ロ力カ工エ二ニ卜ト八ハ夕タ千チ才オ匕ヒ" + "號号帶帯攜携續続會会證証變変從従當当實実亞亚馬马遜逊錄录帳账賬账戶户戸户郵邮碼码" + "带帯样様樣様话話电電")
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}()

// mayBeAlike tells by the first two bytes of a character, which are all but six
// of its bits, whether sameInEast may have it.
var mayBeAlike = func() (t [1 << 10]bool) {
	for r := range sameInEast {
		s := string(r)
		t[uint16(s[0])<<6&0x3ff|uint16(s[1]&0x3f)] = true
	}
	return t
}()

// alike puts in place what characters of text are compared as.
func alike(text []byte) {
	for i := 0; i+3 <= len(text); i += 3 {
		if mayBeAlike[uint16(text[i])<<6&0x3ff|uint16(text[i+1]&0x3f)] {
			r, _ := utf8.DecodeRune(text[i:])
			if same, ok := sameInEast[r]; ok {
				utf8.EncodeRune(text[i:], same)
			}
		}
	}
}
