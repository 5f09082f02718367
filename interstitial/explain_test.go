package interstitial

import (
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
