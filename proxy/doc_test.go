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
// names are there. -run ID finds one in ./proxy/... or ./certs/..., or the page has the
// command that does.
func TestDocsNameEveryCase(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../docs/interception.md")
	if err != nil {
		t.Fatal(err)
	}
	read := func(patterns ...string) string {
		var all strings.Builder
		for _, pattern := range patterns {
			files, err := filepath.Glob(pattern)
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range files {
				data, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				all.Write(data)
			}
		}
		return all.String()
	}
	// As labnet.ByID looks for them: in the names of subtests, and of functions.
	ids := func(tests string) map[string]bool {
		found := map[string]bool{}
		id, inName := regexp.MustCompile(`\b[A-Z]{2}-[0-9]{2}\b`), regexp.MustCompile(`[A-Z]{2}[0-9]{2}`)
		for _, text := range regexp.MustCompile(`"[^"\n]*"`).FindAllString(tests, -1) {
			for _, s := range id.FindAllString(text, -1) {
				found[s] = true
			}
		}
		for _, name := range regexp.MustCompile(`(?m)^func Test\w*`).FindAllString(tests, -1) {
			for _, s := range inName.FindAllString(name, -1) {
				found[s[:2]+"-"+s[2:]] = true
			}
		}
		return found
	}
	here := read("*_test.go", "*/*_test.go", "../certs/*_test.go", "../certs/truststore/*_test.go")
	run := ids(here)
	tests := here + read("../*_test.go", "../*/*_test.go", "../*/*/*_test.go")
	row := regexp.MustCompile(`(?m)^\| ([A-Z]{2}-[0-9]{2}) \|.*\| ([^|]*) \|$`)
	function := regexp.MustCompile(`\b(?:Test|Benchmark)\w+`)
	rows := row.FindAllStringSubmatch(string(doc), -1)
	for _, r := range rows {
		id, where := r[1], r[2]
		if where == "—" {
			continue
		}
		if !run[id] {
			command := regexp.MustCompile("`go test \\./([\\w/]+) -run " + id + "`").FindStringSubmatch(string(doc))
			if command == nil || !ids(read("../" + command[1] + "/*_test.go"))[id] {
				t.Errorf("-run %s runs nothing in ./proxy/... and ./certs/..., and no command is named that does", id)
			}
		}
		for _, name := range function.FindAllString(where, -1) {
			if !strings.Contains(tests, "func "+name+"(") {
				t.Errorf("%s names %s, which is not there", id, name)
			}
		}
	}
	if len(rows) < 206 {
		t.Errorf("%d cases are listed; want at least 206", len(rows))
	}
}
