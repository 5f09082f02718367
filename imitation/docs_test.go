package imitation

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of docs/pages.md anew")

const (
	pagesFile  = "../docs/pages.md"
	tableBegin = "<!-- signs: written by `go test ./imitation -run TestPagesTable -update` -->\n"
	tableEnd   = "<!-- end of signs -->\n"
)

// table is signs.tsv for people: a line for each sign.
func table() string {
	var b strings.Builder
	b.WriteString("| sign | class | adds | shows that credentials are asked for | found in | patterns | languages |\n|---|---|---|---|---|---|---|\n")
	for i, s := range signs {
		var where, tongues []string
		patterns := 0
		for _, l := range lines {
			if l.sign != i {
				continue
			}
			patterns++
			if !slices.Contains(where, l.where) {
				where = append(where, l.where)
			}
			if l.languages != "-" && !slices.Contains(tongues, l.languages) {
				tongues = append(tongues, l.languages)
			}
		}
		asks := ""
		if s.asks {
			asks = "yes"
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %s | %s | %d | %s |\n", s.name, s.class, s.weight, asks, strings.Join(where, ", "), patterns, strings.Join(tongues, " "))
	}
	return b.String()
}

// TestPagesTable holds docs/pages.md to signs.tsv.
func TestPagesTable(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(pagesFile)
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	before, rest, ok := strings.Cut(string(text), tableBegin)
	if !ok {
		t.Fatalf("%s has no line %q", pagesFile, tableBegin)
	}
	got, after, ok := strings.Cut(rest, tableEnd)
	if !ok {
		t.Fatalf("%s has no line %q", pagesFile, tableEnd)
	}
	want := table()
	if *update {
		if err := os.WriteFile(pagesFile, []byte(before+tableBegin+want+tableEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != want {
		t.Errorf("the table of %s is not that of signs.tsv; run with -update", pagesFile)
	}
}
