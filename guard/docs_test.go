package guard_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sekisho/guard"
)

// TestDocsListWhatIsTested holds docs/credentials.md to the tests and to the
// table of decoders. Limits have no tests to be named in.
func TestDocsListWhatIsTested(t *testing.T) {
	t.Parallel()
	docs, err := os.ReadFile("../docs/credentials.md")
	if err != nil {
		t.Fatal(err)
	}
	sources, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	id := regexp.MustCompile(`\bCR-?([0-9]{2})`)
	tested, listed, limits := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, file := range sources {
		if file == "docs_test.go" {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"CR-([0-9]{2}) |func TestCR([0-9]{2})`).FindAllStringSubmatch(string(source), -1) {
			tested[m[1]+m[2]] = true
		}
	}
	var decoders []string
	for line := range strings.Lines(string(docs)) {
		cells := strings.Split(line, "|")
		switch {
		case len(cells) == 5 && id.MatchString(cells[1]):
			n := id.FindStringSubmatch(cells[1])[1]
			listed[n] = true
			limits[n] = strings.Contains(cells[3], "**")
		case len(cells) == 4 && slices.Contains(guard.Decoders(), strings.TrimSpace(cells[1])):
			decoders = append(decoders, strings.TrimSpace(cells[1]))
		}
	}
	for n := range listed {
		if !tested[n] && !limits[n] {
			t.Errorf("docs/credentials.md lists CR-%s, which no test has", n)
		}
	}
	for n := range tested {
		if !listed[n] || limits[n] {
			t.Errorf("CR-%s is tested; docs/credentials.md does not say that it is recognised", n)
		}
	}
	if want := guard.Decoders(); !slices.Equal(decoders, want) {
		t.Errorf("docs/credentials.md has the decoders %q; want %q", decoders, want)
	}
}
