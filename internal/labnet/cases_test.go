package labnet

import "testing"

func TestByCase(t *testing.T) {
	t.Parallel()
	for run, want := range map[string]string{
		"":            "",
		"TestX/CV-11": "TestX/CV-11",
		"CV-11":       `^TestCases/(^|_)CV-11|^Test\w*CV11`,
		"CV-":         `^TestCases/(^|_)CV-|^Test\w*CV[0-9]`,
		"CV-11|TestX": `^TestCases/(^|_)CV-11|^Test\w*CV11|TestX`,
	} {
		if got := byCase(run); got != want {
			t.Errorf("byCase(%q) = %q; want %q", run, got, want)
		}
	}
}
