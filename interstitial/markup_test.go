package interstitial

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// allowedElements is all that a page may be made of. script, iframe, img,
// object, link, base and the like are absent on purpose.
var allowedElements = strings.Fields(`html head meta title style body header nav main footer section div
	h1 h2 p ul ol li dl dt dd a bdi strong mark wbr br span time code pre details summary form input textarea label button svg path`)

// allowedLinks is every place outside that a page may lead to when it is
// rendered from the samples.
var allowedLinks = []string{
	"https://sellercentral.amazon.co.jp/", "https://sellercentral.amazon.de/",
	"https://www.amazon.co.jp/gp/css/homepage.html", "https://www.antiphishing.jp/registration.html",
	origin + "incident/" + incidentID, "http://127.0.0.1:8766/",
	"https://" + DrillLookalike + "/", "https://" + DrillCopy + "/", "https://" + DrillPassword + "/",
}

// parse reads a page and fails the test where a browser would have to guess:
// the parsed tree must hold the same elements that the source names.
func parse(t *testing.T, b []byte) *html.Node {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	var inSource, inTree []string
	for z := html.NewTokenizer(bytes.NewReader(b)); z.Next() != html.ErrorToken; {
		if tok := z.Token(); tok.Type == html.StartTagToken || tok.Type == html.SelfClosingTagToken {
			inSource = append(inSource, tok.Data)
		}
	}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			inTree = append(inTree, n.Data)
		}
	}
	if !slices.Equal(inSource, inTree) {
		t.Errorf("markup is not well formed: source has %v; the tree has %v", inSource, inTree)
	}
	return doc
}

// attr returns the value of n's attribute called key.
func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// elements returns the elements of doc called by one of names, in order.
func elements(doc *html.Node, names ...atom.Atom) (found []*html.Node) {
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && slices.Contains(names, n.DataAtom) {
			found = append(found, n)
		}
	}
	return found
}

// text returns what n says.
func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

// checkInert fails unless the page can do nothing by itself.
func checkInert(t *testing.T, doc *html.Node) {
	t.Helper()
	for n := range doc.Descendants() {
		switch {
		case n.Type == html.CommentNode:
			t.Errorf("comment %q", n.Data)
		case n.Type != html.ElementNode:
			continue
		case !slices.Contains(allowedElements, n.Data):
			t.Errorf("element <%s>", n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || slices.Contains([]string{"style", "src", "srcset", "srcdoc", "xlink:href", "formaction", "background", "ping", "http-equiv"}, a.Key) {
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			}
			if a.Key == "href" && n.DataAtom != atom.A || a.Key == "action" && n.DataAtom != atom.Form {
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			}
		}
	}
}

// checkLinks fails on a link that is empty, unexpected, or tells where it was
// pressed.
func checkLinks(t *testing.T, doc *html.Node) {
	t.Helper()
	for _, a := range elements(doc, atom.A) {
		href := attr(a, "href")
		if text(a) == "" {
			t.Errorf("link to %q has no text", href)
		}
		u, err := url.Parse(href)
		if err != nil {
			t.Errorf("link %q: %v", href, err)
			continue
		}
		if u.Scheme == "" && u.Host == "" {
			if !slices.Contains([]string{"?lang=ja", "?lang=en", "/", "/drill"}, href) {
				t.Errorf("unexpected link %q", href)
			}
			continue
		}
		if !slices.Contains(allowedLinks, href) {
			t.Errorf("unexpected link %q", href)
		}
		if !strings.Contains(attr(a, "rel"), "noreferrer") {
			t.Errorf("link %q without noreferrer", href)
		}
	}
}

// checkOutline fails unless there is one h1, before every other heading.
func checkOutline(t *testing.T, doc *html.Node) {
	t.Helper()
	for i, h := range elements(doc, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6) {
		want := atom.H2
		if i == 0 {
			want = atom.H1
		}
		if h.DataAtom != want {
			t.Errorf("heading %d is <%s> %q; want <%s>", i+1, h.Data, text(h), want)
		}
		if text(h) == "" {
			t.Errorf("heading %d is empty", i+1)
		}
	}
	if n := len(elements(doc, atom.H1)); n != 1 {
		t.Errorf("%d h1 elements; want 1", n)
	}
	if n := len(elements(doc, atom.Main)); n != 1 {
		t.Errorf("%d main elements; want 1", n)
	}
}

func TestMarkup(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l Lang, d document) {
		doc := parse(t, mustRender(t, d))
		checkInert(t, doc)
		checkLinks(t, doc)
		checkOutline(t, doc)
		if got := attr(elements(doc, atom.Html)[0], "lang"); got != string(l) {
			t.Errorf("lang = %q; want %q", got, l)
		}
		if titles := elements(doc, atom.Title); len(titles) != 1 || text(titles[0]) == "| sekisho" {
			t.Errorf("want one title with text")
		}
		ids := map[string]bool{}
		for n := range doc.Descendants() {
			if id := attr(n, "id"); id != "" && ids[id] {
				t.Errorf("id %q twice", id)
			} else if id != "" {
				ids[id] = true
			}
		}
		for n := range doc.Descendants() {
			if id := attr(n, "aria-describedby"); id != "" && !ids[id] {
				t.Errorf("aria-describedby names no element: %q", id)
			}
		}
	})
}

// Whoever moves by keyboard meets the safe way out first, then the
// explanations, and the way on last.
func TestKeyboardOrder(t *testing.T) {
	t.Parallel()
	main := elements(parse(t, mustRender(t, asking(English))), atom.Main)[0]
	var order []string
	for _, n := range elements(main, atom.A, atom.Summary, atom.Button) {
		if slices.ContainsFunc(order, func(s string) bool { return s == n.Data }) {
			continue
		}
		order = append(order, n.Data)
	}
	if want := []string{"a", "summary", "button"}; !slices.Equal(order, want) {
		t.Errorf("kinds of controls in order = %v; want %v", order, want)
	}
	first := elements(main, atom.A)[0]
	if attr(first, "class") != "button primary" {
		t.Errorf("first link is %q", text(first))
	}
	for n := range main.Descendants() {
		if tab := attr(n, "tabindex"); tab != "" && tab != "-1" {
			t.Errorf("<%s tabindex=%q>", n.Data, tab)
		}
	}
}

// The two languages of a page differ in words, never in structure.
func TestLanguagesHaveOneStructure(t *testing.T) {
	t.Parallel()
	for _, s := range samples {
		var shape [2][]string
		for i, l := range []Lang{Japanese, English} {
			doc := parse(t, mustRender(t, s.make(l)))
			for _, n := range elements(doc, atom.H1, atom.H2, atom.P, atom.Li, atom.Dt, atom.Dd, atom.A, atom.Code, atom.Summary) {
				shape[i] = append(shape[i], n.Data)
			}
		}
		slices.Sort(shape[0]) // a failure page has the second language after the first
		slices.Sort(shape[1])
		if !slices.Equal(shape[0], shape[1]) {
			t.Errorf("%s: ja has %v; en has %v", s.name, shape[0], shape[1])
		}
	}
}
