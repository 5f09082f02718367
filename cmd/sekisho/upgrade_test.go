package main

import (
	"errors"
	"strings"
	"testing"
)

// TestUpgradingSays: a long upgrade is said before and after, in both languages; a short
// one is not, and of one that failed no end.
func TestUpgradingSays(t *testing.T) {
	t.Parallel()
	for _, w := range []*words{&english, &japanese} {
		var out strings.Builder
		e := &env{words: *w, errw: &out}
		e.upgrading(longUpgrade - 1)(nil)
		if out.Len() > 0 {
			t.Errorf("%s: said %q of few", w.code, &out)
		}
		over := e.upgrading(5_000_000)
		before := out.String()
		if !strings.Contains(before, "5000000") || isJapanese(before) != (w.code == "ja") {
			t.Errorf("%s: before: %q", w.code, before)
		}
		over(errors.New("full"))
		if out.String() != before {
			t.Errorf("%s: a failure is said to be over: %q", w.code, &out)
		}
		over(nil)
		if after := strings.TrimPrefix(out.String(), before); after == "" || isJapanese(after) != (w.code == "ja") {
			t.Errorf("%s: after: %q", w.code, after)
		}
	}
}
