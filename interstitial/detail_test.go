package interstitial

import (
	"strings"
	"testing"
)

// TestDetail: the evidence is in the language of the page, as far as it is known in that.
func TestDetail(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		lang         Lang
		detail, want string
	}{
		{Japanese, "the page is a copy of Amazon's sign-in", `<dd lang="ja"><bdi>このページは、Amazon のサインイン画面の複製です</bdi></dd>`},
		{English, "the page is a copy of Amazon's sign-in", `<dd lang="en"><bdi>the page is a copy of Amazon&#39;s sign-in</bdi></dd>`},
		{Japanese, "something that a later version says", `<dd lang="en"><bdi>something that a later version says</bdi></dd>`},
		{Japanese, "imitates <b>amazon.com: amozon is amazon with one letter replaced", `<dd lang="ja"><bdi>&lt;b&gt;amazon.com をまねた名前です。「amozon」は amazon の 1 文字を別の文字にしたものです</bdi></dd>`},
	} {
		w := imitation(tt.lang)
		w.Detail = tt.detail
		page, err := w.Render()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(page), tt.want) {
			t.Errorf("%s: the page has no %s", tt.lang, tt.want)
		}
	}
}
