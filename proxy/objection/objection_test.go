package objection

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"sekisho/accounts"
)

// TestText: a visitor writes as Japanese is written, without blanks, and in an objection to
// a warning no protected ID, password or one-time code is kept.
func TestText(t *testing.T) {
	t.Parallel()
	const id = "tencho@shop.example"
	passwords := []string{"Tanuki-himitsu7!x", "kaki7nashi", "momiji-2026", "kakinashifuro", "ひみつのねこ7"}
	store, err := accounts.Open(filepath.Join(t.TempDir(), "a"), accounts.Options{KeyInFile: true, Cost: accounts.Cost{Time: 1, Memory: 8}})
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range passwords {
		if err := store.Add([]string{id, "b@shop.example", "c@shop.example", "09012345678", "e@shop.example"}[i], "l"+p, []byte(p)); err != nil {
			t.Fatal(err)
		}
	}
	s := writer{store}
	wide := func(p string) string {
		return strings.Map(func(c rune) rune { return c + '！' - '!' }, p)
	}
	for _, p := range passwords[:4] {
		for _, typed := range []string{
			p, "パスワードは" + p + "です", "「" + p + "」を入力", "pw:" + p + ".", id + "/" + p, p + p, p + "," + p, "ＰＷ：" + wide(p), "<b>" + p + "</b>",
			strings.Repeat("word ", 60) + "pw=" + p + ",", `"` + p + `"`, p + "483920", "pass:" + p + "/id:" + id, "a/b/c/d/e/f/g/" + p,
			"my password is " + p + ", sorry", p + "_memo", "x-" + p + "-y", p + ".です", p + ".desu", "https://shop.example/" + p + "/in", p[:4] + "\u200b" + p[4:],
		} {
			got := s.text(t.Context(), typed)
			if strings.Contains(strings.ToLower(got), p) || strings.Contains(got, p) || strings.Contains(got, id) || !strings.Contains(got, masked) {
				t.Errorf("%q is kept as %q", typed, got)
			}
		}
	}
	for _, p := range passwords[:3] {
		for _, typed := range []string{p + "xです", p + "x", "my password is " + p + "x", p + "desu", "pw" + p, "x" + p, p + "1", "1" + p, p + "-1"} {
			if got := s.text(t.Context(), typed); strings.Contains(got, p) || !strings.Contains(got, masked) {
				t.Errorf("%q is kept as %q", typed, got)
			}
		}
	}
	for _, typed := range []string{url.QueryEscape(passwords[0]) + "%21です", base64.StdEncoding.EncodeToString([]byte(passwords[0])), "コード483920を入れました", "code 483920", "code483920", "code_483920_1", "483920 2026", hex.EncodeToString([]byte(passwords[1])), base64.StdEncoding.EncodeToString([]byte(passwords[3])), "090 1234 5678", "+81 90-1234-5678 です", "TELは090-1234-5678", "パスワードは " + passwords[4] + " です", "4-8-3-9-2-0です", "コードは六〇四九一三でした", "六〇四 九一三", "六・零・四・九・一・三", "4 8 3 9 2 0", "483 920です", "IDは" + strings.ToUpper(id) + "です", wide(id)} {
		if got := s.text(t.Context(), typed); !strings.Contains(got, masked) {
			t.Errorf("%q is kept as %q", typed, got)
		}
	}
	for _, typed := range []string{
		"取引先のtanuki-shop.jpです。", "it's our supplier's site (since 2019), please allow", "注文503-1234567-1234567の件", "Windowsで使う https://www.tanuki-shop.jp/", "電話 03-1234-5678",
		"二〇二六年十一月に三、四回", "番号 48392", "2026-11-26 10:30に注文 1,280,000円", "192.0.2.1です", "ORDER 503-1234567-1234567, TEL +81 3-1234-5678", "PayPayとYouTube、注文2件を確認(10:30)",
		"A社のEDIシステム(Web-EDI)で、2019年から使用。ID/PWは入力していません。", "自社のWordPressサイト(https://www.yamada-seimitsu.co.jp/)です。誤検知だと思います!",
		"Hello, I'm sure: they're our customers' shipping company (in Osaka). Don't block it!", "hey pls unblock thx, its my own blog",
		"We have been using this wholesale portal every week for years. Nothing suspicious here, the certificate was renewed recently.",
		"This is a Chinese supplier's site we found at a trade fair. They asked to register before downloading the catalogue.",
	} {
		if got := s.text(t.Context(), typed); got != typed {
			t.Errorf("%q is kept as %q", typed, got)
		}
	}
	for typed, want := range map[string]string{
		"the ordering page of Yamada Seimitsu, our vendor": "the ordering page of […] […], our vendor",
		"for our inventory software (Zaico). Please":       "for our inventory software ([…]). Please",
		"型番はABC-123X、SKUはTN-0045です":                        "型番は[…]、SKUは[…]です",
		"パスワードはkakinashifuroです。":                           "パスワードは[…]です。",
		"「ひみつのねこ7」を入力":                                     "[…]を入力",
	} {
		if got := s.text(t.Context(), typed); got != want {
			t.Errorf("%q is kept as %q; want %q", typed, got, want)
		}
	}
	// What is no common word is not kept, whatever stands beside it and in whatever letters.
	for _, typed := range []string{
		"kakinashifurox", "my password is kakinashifurodesu", "xkakinashifuro", "KAKINASHIFURO", "KakiNashiFuro", "kaki nashi furo", "kaki-nashi", "k a k i n a s h i",
		"каки-наши", "카키나시 입니다", "καλημέρα", "Größe", "i am kakinashi.Thanks", "shop24nashi", "19850412", "1985 0412", "0412/1985", "48392011", "passwordnashi",
		"info[at]shop.jp", "info (at) shop.jp", "info @ shop.jp", "infoアットマークshop.jp", "info[at]shop[dot]jp", "tencho at shop dot example", "call TENCHO at shop.example.",
	} {
		got := s.text(t.Context(), typed)
		for _, left := range []string{"kaki", "nashi", "furo", "каки", "카키", "καλ", "gr", "k a", "1985", "4839", "info", "tencho"} {
			if strings.Contains(strings.ToLower(got), left) {
				t.Errorf("%q is kept as %q", typed, got)
			}
		}
	}
	for _, behind := range []string{"/in?next=/orders", "/kaki7nashikaki7nashi", "?pw=momiji", "#a"} {
		if got, want := s.text(t.Context(), "https://shop.jp"+behind+"です"), "https://shop.jp"+behind[:1]+masked+"です"; got != want {
			t.Errorf("an address is kept as %q; want %q", got, want)
		}
	}
	before := store.Load().Compared
	if !s.secret(t.Context(), "to/be/or/not/to/be/that/is/the/question") {
		t.Error("a word of more parts than are compared is kept")
	}
	s.text(t.Context(), strings.Repeat("あ ", maxText)+"momijigari")
	if n := store.Load().Compared - before; n != 0 {
		t.Errorf("%d comparisons of what is not kept in any case", n)
	}
	late, cancel := context.WithCancel(t.Context())
	cancel()
	if got := s.text(late, "「momijigari」です"); got != masked {
		t.Errorf("what could not be compared is kept as %q", got)
	}
}
