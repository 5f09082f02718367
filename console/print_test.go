package console

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// unprinted returns the selectors that the style sheet takes off paper.
func unprinted(t *testing.T) (selectors []string) {
	t.Helper()
	_, block, ok := strings.Cut(string(styleSheet), "@media print {\n")
	if !ok {
		t.Fatal("the style sheet has nothing for paper")
	}
	block, _, _ = strings.Cut(block, "\n}\n")
	for rule := range strings.SplitSeq(block, "}") {
		names, body, _ := strings.Cut(rule, "{")
		if strings.Contains(body, "display: none") {
			for name := range strings.SplitSeq(names, ",") {
				selectors = append(selectors, strings.TrimSpace(name))
			}
		}
	}
	return selectors
}

// TestPrint: on paper no page has what is for pressing or for going elsewhere, and
// the report has all its facts.
func TestPrint(t *testing.T) {
	t.Parallel()
	s, id := startFull(t)
	cookie := signedIn(t, s, "owner")
	off := unprinted(t)
	gone := func(n *html.Node) bool {
		for ; n != nil; n = n.Parent {
			for _, name := range off {
				if n.Type == html.ElementNode && (n.Data == name || strings.Contains(" "+attr(n, "class")+" ", " "+strings.TrimPrefix(name, ".")+" ") && name[0] == '.') {
					return true
				}
			}
		}
		return false
	}
	for _, path := range append(fullPaths(id), "/me") {
		body := send(t, s, "GET", path, cookie, "").body
		for _, name := range []string{"nav", "form", "button", "input", "select", "textarea", "a"} {
			for _, n := range find(t, body, name) {
				if (name != "a" || strings.Contains(attr(n, "class"), "button") || attr(n, "class") == "skip") && !gone(n) {
					t.Errorf("%s prints <%s class=%q>", path, name, attr(n, "class"))
				}
			}
		}
		for _, n := range append(find(t, body, "h1"), find(t, body, "dl")...) {
			if gone(n) {
				t.Errorf("%s does not print <%s>", path, n.Data)
			}
		}
	}
}
