package proxy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDocsNameEveryCase holds docs/interception.md to the tests: each case that it
// lists has a test of that id, unless it says why there is none, and the tests it
// names are there.
func TestDocsNameEveryCase(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../docs/interception.md")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	for _, pattern := range []string{"*_test.go", "../*_test.go", "../*/*_test.go", "*/*_test.go", "../certs/truststore/*_test.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			tests.Write(data)
		}
	}
	row := regexp.MustCompile(`(?m)^\| ([A-Z]{2}-[0-9]{2}) \|.*\| ([^|]*) \|$`)
	function := regexp.MustCompile(`\b(?:Test|Benchmark)\w+`)
	rows := row.FindAllStringSubmatch(string(doc), -1)
	for _, r := range rows {
		id, where := r[1], r[2]
		if where == "—" {
			continue
		}
		if !strings.Contains(tests.String(), id) && !strings.Contains(tests.String(), strings.ReplaceAll(id, "-", "")) {
			t.Errorf("%s has no test", id)
		}
		for _, name := range function.FindAllString(where, -1) {
			if !strings.Contains(tests.String(), "func "+name+"(") {
				t.Errorf("%s names %s, which is not there", id, name)
			}
		}
	}
	if len(rows) < 206 {
		t.Errorf("%d cases are listed; want at least 206", len(rows))
	}
}
