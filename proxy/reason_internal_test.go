package proxy

import (
	"encoding/base64"
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
	passwords := []string{"Tanuki-himitsu7!x", "kaki7nashi", "momiji-2026", "kakinashifuro"}
	store, err := accounts.Open(filepath.Join(t.TempDir(), "a"), accounts.Options{KeyInFile: true, Cost: accounts.Cost{Time: 1, Memory: 8}})
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range passwords {
		if err := store.Add([]string{id, "b@shop.example", "c@shop.example", "d@shop.example"}[i], "l"+p, []byte(p)); err != nil {
			t.Fatal(err)
		}
	}
	s := &Server{accounts: store}
	wide := func(p string) string {
		return strings.Map(func(c rune) rune { return c + '！' - '!' }, p)
	}
	for _, p := range passwords[:3] {
		for _, typed := range []string{
			p, "パスワードは" + p + "です", "「" + p + "」を入力", "pw:" + p + ".", id + "/" + p, p + p, "ＰＷ：" + wide(p), "<b>" + p + "</b>",
			strings.Repeat("word ", 60) + "pw=" + p + ",", `"` + p + `"`, p + "483920", "pass:" + p + "/id:" + id, "a/b/c/d/e/f/g/" + p,
		} {
			if p == passwords[1] && typed == p+p || p == passwords[2] && typed == p+p {
				continue // of two kinds only: a limit
			}
			got := s.reason(t.Context(), typed)
			if strings.Contains(got, p) || strings.Contains(got, id) || !strings.Contains(got, masked) {
				t.Errorf("%q is kept as %q", typed, got)
			}
		}
	}
	for _, typed := range []string{"パスワードはkakinashifuroです", "PW:kakinashifuro", "my password is kakinashifuro, sorry"} {
		if got := s.reason(t.Context(), typed); strings.Contains(got, "kakinashifuro") || !strings.Contains(got, masked) {
			t.Errorf("%q is kept as %q", typed, got)
		}
	}
	for _, typed := range []string{url.QueryEscape(passwords[0]) + "%21です", base64.StdEncoding.EncodeToString([]byte(passwords[0])), "コード483920を入れました", "code 483920", "code483920", "4-8-3-9-2-0です", "4 8 3 9 2 0", "483 920です", "IDは" + strings.ToUpper(id) + "です", wide(id)} {
		if got := s.reason(t.Context(), typed); !strings.Contains(got, masked) {
			t.Errorf("%q is kept as %q", typed, got)
		}
	}
	for _, typed := range []string{"取引先のtanuki-shop.jpです。", "it's our supplier's site (since 2019), please allow", "注文503-1234567-1234567の件", "Windows11で使う https://www.tanuki-shop.jp/login", "電話 03-1234-5678", "番号 4839201"} {
		if got := s.reason(t.Context(), typed); got != typed {
			t.Errorf("%q is kept as %q", typed, got)
		}
	}
}
