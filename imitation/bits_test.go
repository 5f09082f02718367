package imitation_test

import (
	"fmt"
	"strings"
	"testing"

	"sekisho/imitation"
)

// bits writes s with two characters.
func bits(s string, width int, zero, one string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		for i := width - 1; i >= 0; i-- {
			b.WriteString(map[byte]string{0: zero, 1: one}[c>>i&1])
		}
	}
	return b.String()
}

// TestBitsInText: bits stand in the text of a page as well; fillers that honest pages
// have are none.
func TestBitsInText(t *testing.T) {
	t.Parallel()
	page := strings.ReplaceAll(strings.Replace(inJapanese, "@META@", "", 1), `"`, "")
	for name, tt := range map[string]struct {
		text   string
		copied bool
	}{
		"in a paragraph": {"<p id=y>Loading" + bits(page, 8, "\u200b", "\u200c") + "</p>", true},
		"in pieces":      {"<p>読込" + bits(page[:96], 8, "\u200b", "\u200c") + "</p><p>中</p><p>" + bits(page[96:], 8, "\u200b", "\u200c") + "</p>", true},
		"references":     {"<p>" + bits(page, 8, "&#8203;", "&#x200c;") + "</p>", true},
		"a joiner first": {"<p>کتابخانه\u200c ها</p><p>" + bits(page, 8, "\u200b", "\u200c") + "</p>", true},
		"joiners":        {"<p>" + strings.Repeat("می\u200cخواهم\u200d ", 500) + "</p>", false},
		"one alone":      {"<p>" + strings.Repeat("\u200b", 5000) + "</p>", false},
		"noise":          {"<p>" + strings.Repeat("\u200b\u200c\u200c", 5000) + "</p>", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := `<!doctype html><meta charset=utf-8><title>読み込み中</title>` + tt.text + `<div id=z></div><script src=/d.js></script>`
			for _, n := range []int{100, len(body)} {
				if got := scan(response("text/html"), []byte(body), n); (got.Grade == imitation.Copy) != tt.copied {
					t.Errorf("in pieces of %d: %v, %q", n, got.Grade, got.Signs)
				}
			}
		})
	}
}

// TestPropertyAsJSON: a script parses what a style sheet has in a property.
func TestPropertyAsJSON(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, r := range quotedMail {
		switch {
		case r == '"':
			b.WriteString(`\22 `)
		case r < 0x80:
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	if got := scan(response("text/css"), []byte(`body{--p:"`+b.String()+`"}`), 100); got.Grade != imitation.Copy {
		t.Errorf("%v, %q", got.Grade, got.Signs)
	}
}
