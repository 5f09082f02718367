package lookalike

import (
	"strings"
	"unicode/utf8"
)

// hanKana holds the Han characters and marks that pass for kana. Unicode's own
// table goes the other way, from kana to Han, or does not hold them.
var hanKana = map[rune]rune{
	'一': 'ー', '―': 'ー', '‐': 'ー', '–': 'ー', '—': 'ー', '丨': 'ー',
	'口': 'ロ', '囗': 'ロ', '工': 'エ', '力': 'カ', '夕': 'タ', '卜': 'ト', '二': 'ニ',
	'八': 'ハ', '匕': 'ヒ', '千': 'チ', '了': 'ア', '才': 'オ', '厶': 'ム', '冫': 'ン',
	'乂': 'メ', '彐': 'ヨ', 'ヱ': 'エ', '丿': 'ノ',
}

// hanLatin holds the Han characters and kana that pass for Latin letters, in
// names that mix both.
var hanLatin = map[rune]byte{
	'卂': 'a', '爪': 'm', '从': 'm', '乙': 'z', '几': 'n', '冂': 'n', '门': 'n', 'ㄖ': 'o', '尺': 'r',
	'丂': 's', '乇': 't', '匚': 'c', '乚': 'l', 'ロ': 'o', '〇': 'o', 'エ': 'i', 'ー': '-', 'ム': 'a', 'ㄥ': 'l',
	'丨': 'l', 'リ': 'n',
}

// smallKana holds the small kana with their large forms, in pairs.
const smallKana = "ァアィイゥウェエォオッツャヤュユョヨヮワ"

// kanaOf returns the large katakana that r is or passes for.
func kanaOf(r rune) (rune, bool) {
	if r < '‐' {
		return 0, false
	}
	if k, ok := hanKana[r]; ok {
		return k, true
	}
	if r >= 'ぁ' && r <= 'ゖ' {
		r += 'ァ' - 'ぁ'
	} else if r < 'ァ' || r > 'ー' {
		return 0, false
	}
	if i := strings.IndexRune(smallKana, r); i >= 0 && i/utf8.RuneLen(r)%2 == 0 {
		r, _ = utf8.DecodeRuneInString(smallKana[i+utf8.RuneLen(r):])
	}
	return r, true
}

// kanaWords gives the Japanese words of sign-in and trade their ASCII words,
// in the form that [prototypes] leaves them in: decomposed, large katakana.
var kanaWords = func() map[string]string {
	m := map[string]string{}
	for _, w := range [...][2]string{
		{"アマゾン", "amazon"},
		{"アマゾソ", "amazon"},
		{"アマゾノ", "amazon"},
		{"亚马逊", "amazon"},
		{"亞馬遜", "amazon"},
		{"セラーセントラル", "sellercentral"},
		{"セラーセントラノレ", "sellercentral"},
		{"ベンダーセントラル", "vendorcentral"},
		{"マアゾン", "amazon"},
		{"アゾマン", "amazon"},
		{"アマンゾ", "amazon"},
		{"アマヅン", "amazon"},
		{"アマズン", "amazon"},
		{"アママゾン", "amazon"},
		{"アマゾゾン", "amazon"},
		{"アマゾンン", "amazon"},
		{"アアマゾン", "amazon"},
		{"セラー", "seller"},
		{"ベンダー", "vendor"},
		{"セントラル", "central"},
		{"出品", "seller"},
		{"出店", "seller"},
		{"ログイン", "login"},
		{"ログオン", "login"},
		{"サインイン", "signin"},
		{"アカウント", "account"},
		{"パスワード", "password"},
		{"サポート", "support"},
		{"カスタマー", "customer"},
		{"セキュリティ", "security"},
		{"カード", "card"},
		{"プライム", "prime"},
		{"サービス", "service"},
		{"センター", "center"},
		{"ジャパン", "japan"},
		{"日本", "japan"},
		{"会員", "member"},
		{"認証", "auth"},
		{"確認", "verify"},
		{"更新", "update"},
		{"支払", "payment"},
		{"請求", "billing"},
		{"重要", "notice"},
		{"通知", "notice"},
		{"お知らせ", "notice"},
		{"ペイ", "pay"},
		{"ビジネス", "business"},
		{"にんしょう", "auth"},
		{"出品者", "seller"},
		{"公式", "official"},
		{"アマゾンズ", "amazons"},
		{"ツアー", "tour"},
		{"比較", "compare"},
		{"本人", "identity"},
		{"本", "book"},
		{"せどり", "sedori"},
		{"セドリ", "sedori"},
		{"コンサル", "consul"},
		{"ファン", "fan"},
		{"カフェ", "cafe"},
		{"代行", "daikou"},
		{"ライダー", "rider"},
		{"川", "river"},
		{"熱帯", "rainforest"},
		{"森", "forest"},
		{"旅", "travel"},
	} {
		m[prototypes(w[0])] = w[1]
	}
	return m
}()

// brandKana holds what a label that spells a brand out in kana contains.
// Anything else that [romanize] turns into a brand only looks like it.
var brandKana = [...]string{"アマゾン", "セラーセントラル", "あまぞん", "ベンダーセントラル", "sellerセントラル", "セラーcentral", "vendorセントラル", "ベンダーcentral"}

// brandSlips holds the brand in kana with a slip, which is no likeness of
// characters.
var brandSlips = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range [...]string{"マアゾン", "アゾマン", "アマンゾ", "アマヅン", "アマズン", "アママゾン", "アマゾゾン", "アマゾンン", "アアマゾン"} {
		m[prototypes(w)] = true
	}
	return m
}()

// maxKanaWord is the length in bytes of the longest key of kanaWords.
var maxKanaWord = func() int {
	n := 0
	for w := range kanaWords {
		n = max(n, len(w))
	}
	return n
}()

// romanize appends to dst what skeleton, a result of [Skeleton], spells in
// ASCII: Japanese words as words between hyphens, characters that pass for
// Latin letters as these, and every other one as a tilde. wears is what that
// says of the label: [spelt] for a brand torn apart or half in kana,
// [misspelt] for one in kana with a slip, else [plain].
func romanize(dst []byte, skeleton string) (text []byte, wears scripts) {
	for i := 0; i < len(skeleton); {
		if n := syllabic(skeleton[i:]); n > 0 {
			dst = append(dst, "-amazon-"...)
			i += n
			wears = spelt
			continue
		}
		if c := skeleton[i]; c < utf8.RuneSelf {
			dst = append(dst, c)
			i++
			continue
		}
		if n := nearlySeller(skeleton[i:]); n > 0 {
			if !strings.HasPrefix(skeleton[i:], string(sellerKana)) && !strings.HasPrefix(skeleton[i:], sellerTwin) {
				wears = max(wears, misspelt)
			}
			dst = append(dst, "-sellercentral-"...)
			i += n
			continue
		}
		if w, n := kanaWord(skeleton[i:]); n > 0 {
			if brandSlips[skeleton[i:i+n]] {
				wears = max(wears, misspelt)
			}
			dst = append(dst, '-')
			dst = append(dst, w...)
			dst = append(dst, '-')
			i += n
			continue
		}
		r, n := utf8.DecodeRuneInString(skeleton[i:])
		c, ok := hanLatin[r]
		if !ok {
			c = '~'
		}
		dst = append(dst, c)
		i += n
	}
	return dst, wears
}

func kanaWord(s string) (string, int) {
	const width = len("ア") // of every character in the table
	for n := min(len(s), maxKanaWord) / width * width; n > 0; n -= width {
		if w, ok := kanaWords[s[:n]]; ok {
			return w, n
		}
	}
	return "", 0
}
