package trigram

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/hostname"
)

func TestFindLetters(t *testing.T) {
	t.Parallel()
	c := words(t, office)
	for text, want := range map[string][]int64{
		"アマゾン": {6, 5}, "a.アマ": {6}, "ゾン.example": {6, 5}, "楽天": nil, "アマゾン%": nil,
	} {
		got, err := FindLetters(t.Context(), c, text, 1000)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("FindLetters(%q): %v (-want +got):\n%s", text, err, diff)
		}
	}
	if got, err := FindLetters(t.Context(), c, "アマゾン", 1); err != nil || !cmp.Equal(got, []int64{6}) {
		t.Errorf("FindLetters = %v, %v; want the newest", got, err)
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "AMAZON": "amazon", "ＡＭＡＺＯＮ": "amazon", "ｱﾏｿﾞﾝ": "アマゾン", "プライム。アマ": "プライム.アマ", "BÜCHER": "bücher",
	} {
		if got := Fold(text); got != want {
			t.Errorf("Fold(%q) = %q; want %q", text, got, want)
		}
	}
}

func BenchmarkLetters(b *testing.B) {
	n, err := hostname.Parse("アマゾン-amazon.プライム.example")
	if err != nil {
		b.Fatal(err)
	}
	host := n.String()
	b.ReportAllocs()
	for b.Loop() {
		if !Shows(host, "プライム") {
			b.Fatal("not found")
		}
	}
}
