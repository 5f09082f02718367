package imitation

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTitles: every list that is read is there, and none besides; topics are words.
func TestTitles(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff([]string{"amazon", "central", "seller", "topic", "words"}, slices.Sorted(maps.Keys(titleLists))); diff != "" {
		t.Errorf("lists (-want +got):\n%s", diff)
	}
	for _, title := range []struct {
		text string
		want bareTitle
	}{
		{"amazonセラーセントラル", bareTitle{amazon: true, seller: true, central: true}},
		{"amazon seller central - 2段階認証の設定", bareTitle{amazon: true, seller: true, central: true, topic: true}},
		{"出品者ログイン", bareTitle{seller: true}},
		{"amazonセラーセントラル 商品登録", bareTitle{}},
		{"amazon seller central - acme", bareTitle{}},
		{"", bareTitle{}},
	} {
		if got := bareOf(plainText(title.text)); got != title.want && title.want != (bareTitle{}) || title.want == (bareTitle{}) && got.amazon {
			t.Errorf("%q: %+v; want %+v", title.text, got, title.want)
		}
	}
}
