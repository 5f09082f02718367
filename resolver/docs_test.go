package resolver

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDocs holds the table of docs/resolver.md and the tests together.
func TestDocs(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../docs/resolver.md")
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, pattern := range []string{"*_test.go", "upstream/*_test.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	var tests strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tests.Write(text)
	}
	// Cases are keys of the tables of TestCases, or the ids in a list of them.
	tested := make(map[string]bool)
	for _, m := range regexp.MustCompile(`"(C[0-9]{2})[" ]`).FindAllStringSubmatch(tests.String(), -1) {
		tested[m[1]] = true
	}
	rows := regexp.MustCompile(`(?m)^\| (C[0-9]{2}) \| .+ \| .+ \|$`).FindAllStringSubmatch(string(doc), -1)
	for i, row := range rows {
		if want := fmt.Sprintf("C%02d", i+1); row[1] != want {
			t.Fatalf("row %d is %s; want %s", i+1, row[1], want)
		}
		if !tested[row[1]] {
			t.Errorf("%s has no test", row[1])
		}
		delete(tested, row[1])
	}
	if len(rows) != 62 {
		t.Errorf("%d cases; want 62", len(rows))
	}
	for id := range tested {
		t.Errorf("%s has no row", id)
	}
}
