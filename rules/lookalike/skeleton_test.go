package lookalike

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestSkeleton(t *testing.T) {
	t.Parallel()
	for _, group := range [][]string{
		{"amazon", "Amazon", "аmazon", "аmаzоn", "amaz0n", "arnazon", "ámazöñ", "ａｍａｚｏｎ", "ɑmazon", "𝐚mazon", "4ma2on", "amazo\u0301n", "ama\u200bzon"},
		{"paypal", "pаypаl", "paypa1", "ｐaypal"},
		{"wwwamazon", "vvvvvvamazon", "wvvwamazon"},
		{"アマゾン", "アマソン", "ァマゾン", "あまぞん", "ｱﾏｿﾞﾝ", "アマゾン"},
		{"ロー", "口一", "ﾛｰ", "ろー", "口ー"},
		{"エカタ", "工力夕"},
	} {
		want := Skeleton(group[0])
		for _, s := range group[1:] {
			if got := Skeleton(s); got != want {
				t.Errorf("Skeleton(%q) = %q; want %q as of %q", s, got, want, group[0])
			}
		}
	}
	for _, pair := range [][2]string{{"amazon", "amazan"}, {"amano", "amazon"}, {"アマノ", "アマゾン"}, {"日本", "目本"}} {
		if Skeleton(pair[0]) == Skeleton(pair[1]) {
			t.Errorf("%q and %q have the same skeleton %q", pair[0], pair[1], Skeleton(pair[0]))
		}
	}
}

// The skeleton of a skeleton is itself, or labels would compare unequal by
// the way they came.
func FuzzSkeleton(f *testing.F) {
	for _, s := range []string{"amazon", "аmazon", "アマゾン", "rrnn", "vvv", "\u0130", "ﷺ", "ǅ", "a\u0301", "卂爪", "\xff", "〇ー一", "ﾞ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 400 {
			return
		}
		once := Skeleton(s)
		if len(once) > 20*len(s)+utf8.UTFMax {
			t.Fatalf("Skeleton(%q) has %d bytes", s, len(once))
		}
		if got := Skeleton(strings.ToUpper(strings.ToLower(s))); ascii(s) && got != once {
			t.Fatalf("Skeleton(%q) = %q; in upper case %q", s, once, got)
		}
	})
}

func TestConfusables(t *testing.T) {
	t.Parallel()
	if len(confusables) < 300 {
		t.Errorf("%d confusables; want 300 or more", len(confusables))
	}
	if confusablesVersion == "" {
		t.Error("the version of the data is not known")
	}
	sorted := slices.IsSortedFunc(confusables[:], func(a, b confusable) int { return int(a.from) - int(b.from) })
	if !sorted {
		t.Error("confusables are not sorted, and will not be found")
	}
	var before rune
	for _, c := range confusables {
		to, ok := confusableOf(c.from)
		if !ok || to == "" || c.from == before {
			t.Errorf("%U: %q, %v", c.from, to, ok)
		}
		before = c.from
		if c.from < utf8.RuneSelf || unicode.IsUpper(c.from) || norm.NFKC.String(string(c.from)) != string(c.from) {
			t.Errorf("%U cannot be in a host name", c.from)
		}
		for _, r := range to {
			lower := r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-'
			if !lower && !unicode.In(r, unicode.Hiragana, unicode.Katakana) {
				t.Errorf("%U becomes %q", c.from, to)
			}
		}
	}
	// Letters that every list of lookalikes has.
	for from, want := range map[rune]string{'а': "a", 'о': "o", 'е': "e", 'ο': "o", 'ѕ': "s", 'ӏ': "l", 'ɡ': "g", 'ո': "n"} {
		if got, _ := confusableOf(from); got != want {
			t.Errorf("%q becomes %q; want %q", from, got, want)
		}
	}
}
