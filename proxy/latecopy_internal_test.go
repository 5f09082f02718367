package proxy

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// refreshes returns where a browser that reads page is led by it.
func refreshes(t *testing.T, page string) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "meta" || n.Namespace != "" || inside(n, "template") {
			continue
		}
		is := map[string]string{}
		for _, a := range n.Attr {
			is[a.Key] = a.Val
		}
		if is["http-equiv"] == "refresh" {
			return is["content"]
		}
	}
	return ""
}

func inside(n *html.Node, name string) bool {
	for n = n.Parent; n != nil; n = n.Parent {
		if n.Type == html.ElementNode && n.Data == name {
			return true
		}
	}
	return false
}

// TestBreakOut: wherever in its markup a document is cut, the tag behind breakOut
// counts.
func TestBreakOut(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]string{
		"text": "<p>wait", "an element's name": "<di", "before an attribute": "<div ", "a name": "<div cla", "before a value": "<div class=",
		"double quotes": `<div class="a`, "single quotes": `<div class='a`, "a bare value": "<div class=a", "an end tag": "</di", "the beginning of a tag": "<",
		"a comment": "<!-- a", "the end of a comment": "<!-- a -", "a declaration": "<!x ", "a script": "<script>var a='", "a comment in a script": "<script><!-- <script> a",
		"a style": "<style>a", "a text area": "<textarea>a", "a title": "<title>a", "a title of a drawing": "<svg><title>", "templates": "<template><div><template><p>",
		"a list": "<select><option>", "noscript": "<noscript>", "a drawing": "<svg><g>", "CDATA": "<svg><![CDATA[a", "a reference": "<p>&am",
		"a character of Japanese": "<p>\xe3\x81", "a table": "<table><tr>", "a head": "<head><base href=/x>",
	} {
		if got := refreshes(t, "<!doctype html>"+open+breakOut+`<meta http-equiv=refresh content="0;url=x">`); got != "0;url=x" {
			t.Errorf("in %s: the tab is led to %q", name, got)
		}
	}
}
