package lookalike

import (
	"strings"
	"unicode"
)

// scripts tells what the characters beyond ASCII do in a label.
type scripts uint8

const (
	plain       scripts = iota // none of the below
	mixed                      // they stand among ASCII letters: аmazon with a Cyrillic а
	whole                      // there are no ASCII letters
	spelt                      // they spell the brand out in kana
	transcribed                // they spell it out in another script: амазон
	misspelt                   // they spell it in kana, with a slip: マアゾン
	allScripts
)

// scriptsOf sorts a label. Japanese writes kana, Han and Latin letters side by
// side, so those three do not count as mixed (UTS #39, section 5.1).
func scriptsOf(label string) scripts {
	if strings.Contains(label, Brand) {
		return plain
	}
	for _, b := range brandKana {
		if strings.Contains(label, b) {
			return spelt
		}
	}
	if transliterate(label) != label {
		return transcribed
	}
	var latin, foreign bool
	for _, r := range label {
		switch {
		case r >= 'a' && r <= 'z':
			latin = true
		case r > unicode.MaxASCII && !unicode.In(r, unicode.Latin, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Common, unicode.Inherited):
			foreign = true
		}
	}
	if latin && foreign {
		return mixed
	}
	return whole
}

// wears reports whether the characters of a label do s.
func (v *view) wears(label uint8, s scripts) bool {
	return label < 64 && v.scripts[s]>>label&1 == 1
}

// transcriptions are how other scripts write the brand.
var transcriptions = strings.NewReplacer(
	"амазон", "-amazon-", "эмазон", "-amazon-", "αμαζον", "-amazon-", "αμαζόν", "-amazon-", "άμαζον", "-amazon-",
	"亚马逊", "-amazon-", "亞馬遜", "-amazon-", "登录", "-login-", "登錄", "-login-", "아마존", "-amazon-", "أمازون", "-amazon-", "امازون", "-amazon-", "آمازون", "-amazon-", "אמזון", "-amazon-",
	"अमेज़न", "-amazon-", "एमेज़न", "-amazon-", "एमेजन", "-amazon-", "अमेजन", "-amazon-", "अमेज़ॅन", "-amazon-", "อเมซอน", "-amazon-", "อะเมซอน", "-amazon-", "ամազոն", "-amazon-", "ამაზონი", "-amazon-",
	"селлер", "-seller-", "логин", "-login-", "вход", "-login-", "로그인", "-login-", "셀러", "-seller-",
)

// transliterate writes in ASCII what label, in lower case, says of the brand
// in other scripts than the Japanese one, which [romanize] reads.
func transliterate(label string) string { return transcriptions.Replace(label) }
