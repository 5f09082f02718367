package details

import (
	"strings"
	"testing"
)

func TestJapanese(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"the page is a copy of Amazon's sign-in":              "このページは、Amazon のサインイン画面の複製です",
		"imitates {2}: {1} looks like amazon":                 "{2} をまねた名前です。「{1}」は amazon に見えます",
		"imitates amazon.com: x does something":               "",
		strings.Repeat("imitates a: ", 50) + "x looks like y": "",
		"": "",
	} {
		if got, ok := Japanese(in); got != want || ok != (want != "") {
			t.Errorf("%q in Japanese is %q, %t; want %q", in, got, ok, want)
		}
	}
}

// TestWordings: each line says something in both languages, and puts in all that it finds.
func TestWordings(t *testing.T) {
	t.Parallel()
	if len(parsed()) < 100 {
		t.Errorf("only %d lines", len(parsed()))
	}
	for _, f := range parsed() {
		if f.japanese == "" || f.english.String() == "^$" {
			t.Errorf("%s: %q", f.english, f.japanese)
		}
	}
}
