package proxy

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

// TestReason: a visitor writes as Japanese is written, without blanks, and in an objection to
// a warning no protected ID, password or one-time code is kept.
func TestReason(t *testing.T) {
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
	s := &Server{accounts: store}
	wide := func(p string) string {
		return strings.Map(func(c rune) rune { return c + '！' - '!' }, p)
	}
	for _, p := range passwords[:4] {
		for _, typed := range []string{
			p, "パスワードは" + p + "です", "「" + p + "」を入力", "pw:" + p + ".", id + "/" + p, p + p, p + "," + p, "ＰＷ：" + wide(p), "<b>" + p + "</b>",
			strings.Repeat("word ", 60) + "pw=" + p + ",", `"` + p + `"`, p + "483920", "pass:" + p + "/id:" + id, "a/b/c/d/e/f/g/" + p,
			"my password is " + p + ", sorry", p + "_memo", "x-" + p + "-y", p + ".です", p + ".desu", "https://shop.example/" + p + "/in", p[:4] + "\u200b" + p[4:],
		} {
			got := s.reason(t.Context(), typed)
			if strings.Contains(strings.ToLower(got), p) || strings.Contains(got, p) || strings.Contains(got, id) || !strings.Contains(got, masked) {
				t.Errorf("%q is kept as %q", typed, got)
			}
		}
	}
	for _, p := range passwords[:3] {
		for _, typed := range []string{p + "xです", p + "x", "my password is " + p + "x", p + "desu", "pw" + p, "x" + p, p + "1", "1" + p, p + "-1"} {
			if got := s.reason(t.Context(), typed); strings.Contains(got, p) || !strings.Contains(got, masked) {
				t.Errorf("%q is kept as %q", typed, got)
			}
		}
	}
	for _, typed := range []string{url.QueryEscape(passwords[0]) + "%21です", base64.StdEncoding.EncodeToString([]byte(passwords[0])), "コード483920を入れました", "code 483920", "code483920", "code_483920_1", "483920 2026", hex.EncodeToString([]byte(passwords[1])), base64.StdEncoding.EncodeToString([]byte(passwords[3])), "090 1234 5678", "+81 90-1234-5678 です", "TELは090-1234-5678", "パスワードは " + passwords[4] + " です", "4-8-3-9-2-0です", "4 8 3 9 2 0", "483 920です", "IDは" + strings.ToUpper(id) + "です", wide(id)} {
		if got := s.reason(t.Context(), typed); !strings.Contains(got, masked) {
			t.Errorf("%q is kept as %q", typed, got)
		}
	}
	for _, typed := range []string{"取引先のtanuki-shop.jpです。", "it's our supplier's site (since 2019), please allow", "注文503-1234567-1234567の件", "Windowsで使う https://www.tanuki-shop.jp/", "電話 03-1234-5678", "番号 4839201", "PayPayとYouTube、注文2件を確認(10:30)"} {
		if got := s.reason(t.Context(), typed); got != typed {
			t.Errorf("%q is kept as %q", typed, got)
		}
	}
	for _, behind := range []string{"/in?next=/orders", "/kaki7nashikaki7nashi", "?pw=momiji", "#a"} {
		if got, want := s.reason(t.Context(), "https://shop.example"+behind+"です"), "https://shop.example"+behind[:1]+masked+"です"; got != want {
			t.Errorf("an address is kept as %q; want %q", got, want)
		}
	}
	before := store.Load().Compared
	if !s.secret(t.Context(), "aa/bb/cc/dd/ee/ff/gg/hh/ii") {
		t.Error("a word of more parts than are compared is kept")
	}
	s.reason(t.Context(), strings.Repeat("あ ", maxReason)+"momijigari")
	if n := store.Load().Compared - before; n != 0 {
		t.Errorf("%d comparisons of what is not kept in any case", n)
	}
	late, cancel := context.WithCancel(t.Context())
	cancel()
	if got := s.reason(late, "「momijigari」です"); got != masked {
		t.Errorf("what could not be compared is kept as %q", got)
	}
}
