package interstitial

import (
	"os"
	"strings"
	"testing"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	for _, lang := range []Lang{Japanese, English} {
		want, err := speak(lang).T("reason.sign-in-copy")
		if err != nil {
			t.Fatal(err)
		}
		reason, seen := Explain(lang, "page", "sign-in-copy", []string{"title", "nonsense"})
		if reason != want || len(seen) != 1 {
			t.Errorf("%s: %q %q", lang, reason, seen)
		}
		const evil = "<script>"
		unknown, none := Explain(lang, evil, evil, []string{evil})
		if unknown == "" || strings.Contains(unknown, "script") || len(none) != 0 {
			t.Errorf("%s, unknown: %q %q", lang, unknown, none)
		}
	}
}

// TestEverySignSaid: each sign that counts has one sentence, in both languages; only a
// shell without fields tells nobody anything.
func TestEverySignSaid(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../imitation/signs.tsv")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		f := strings.Split(line, "\t")
		if line[0] == '#' || len(f) < 3 || known[f[0]] {
			continue
		}
		known[f[0]] = true
		keys := plainSigns([]string{f[0]})
		if want := 1; f[2] != "0" && f[0] != "empty-shell" && len(keys) != want || len(keys) > want {
			t.Errorf("%s, which adds %s, has sentences %q", f[0], f[2], keys)
		}
		for _, lang := range []Lang{Japanese, English} {
			if _, seen := Explain(lang, "page", "sign-in-copy", []string{f[0]}); len(seen) != len(keys) {
				t.Errorf("%s: %s says %q", f[0], lang, seen)
			}
		}
	}
	for _, row := range signWords {
		for _, sign := range strings.Fields(row.signs) {
			if !known[sign] {
				t.Errorf("%s: there is no sign %q", row.key, sign)
			}
		}
	}
}
