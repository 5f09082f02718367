package console

import (
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"sekisho/interstitial"
)

// shown is a page as it comes from the console.
type shown struct {
	name string
	answer
}

// everyPage fetches each page in each of its forms, in one language.
func everyPage(t *testing.T, lang string) []shown {
	t.Helper()
	s, empty := start(t, nil), start(t, deserted(t))
	cookie := signedIn(t, s, "reviewer")
	code, _ := ownerForm(t, empty.FirstOwnerLink(), "", "", "")
	in := []string{"Accept-Language", lang}
	post := append([]string{"Content-Type", asForm}, in...)
	list := []shown{
		{"sign-in", send(t, s, "GET", "/sign-in?next=/x", "", "", in...)},
		{"sign-in, nobody", send(t, empty, "GET", "/sign-in", "", "", in...)},
		{"sign-in, wrong", send(t, s, "POST", "/sign-in", "", formOf(`"><b>`, "wrong password"), post...)},
		{"first owner", send(t, empty, "GET", "/first-owner?code="+code, "", "", in...)},
		{"first owner, wrong", send(t, empty, "POST", "/first-owner", "", url.Values{"code": {code}, "name": {`"><b>`}}.Encode(), post...)},
		{"first owner, gone", send(t, s, "GET", "/first-owner?code=x", "", "", in...)},
		{"home", send(t, s, "GET", "/", cookie, "", in...)},
		{"nothing there", send(t, s, "GET", "/nothing", cookie, "", append([]string{"Accept", "text/html"}, in...)...)},
	}
	full, id := startFull(t)
	for role, cookie := range cookies(t, full) {
		for _, path := range fullPaths(id) {
			list = append(list, shown{role + " " + path, send(t, full, "GET", path, cookie, "", in...)})
		}
	}
	cookieEmpty, cookie := cookie, signedIn(t, full, "reviewer")
	for _, path := range fullPaths(id) {
		if !strings.Contains(path, id) {
			list = append(list, shown{"empty " + path, send(t, s, "GET", path, cookieEmpty, "", in...)})
		}
	}
	refused := send(t, full, "POST", "/incidents/"+id+"/decision", cookie, url.Values{"verdict": {"x"}, "note": {`"><b>`}}.Encode(), post...)
	return append(list, shown{"decision, wrong", refused})
}

// walk calls f for every element below n.
func walk(n *html.Node, f func(*html.Node)) {
	if n.Type == html.ElementNode {
		f(n)
	}
	for c := range n.ChildNodes() {
		walk(c, f)
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// TestPages holds what every page must be: in one language, without inline code or
// style, with a label for each field, and with links that lead somewhere.
func TestPages(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ja", "en"} {
		for _, p := range everyPage(t, lang) {
			t.Run(lang+" "+p.name, func(t *testing.T) {
				t.Parallel()
				policy := pagePolicy
				if strings.Contains(p.body, "<script") {
					policy = livePolicy
				}
				if p.header.Get("Content-Type") != "text/html; charset=utf-8" || p.header.Get("Content-Security-Policy") != policy {
					t.Fatalf("%d %v", p.status, p.header)
				}
				doc, err := html.Parse(strings.NewReader(p.body))
				if err != nil {
					t.Fatal(err)
				}
				ids, labels, count := map[string]bool{}, map[string]bool{}, map[string]int{}
				walk(doc, func(n *html.Node) {
					if n.Data != "title" || n.Namespace == "" { // a tooltip within a drawing is another thing
						count[n.Data]++
					}
					if id := attr(n, "id"); id != "" && ids[id] {
						t.Errorf("id %q is there twice", id)
					} else if id != "" {
						ids[id] = true
					}
					if n.Data == "label" {
						labels[attr(n, "for")] = true
					}
					for _, a := range n.Attr {
						if strings.HasPrefix(a.Key, "on") || a.Key == "style" || strings.HasPrefix(strings.TrimSpace(a.Val), "javascript:") {
							t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
						}
					}
				})
				walk(doc, func(n *html.Node) {
					if said, label := textIn(n), attr(n, "aria-label"); (n.Data == "summary" || n.Data == "button" || n.Data == "a") && label != "" &&
						!strings.Contains(strings.ToLower(label), strings.ToLower(strings.TrimSpace(said))) {
						t.Errorf("<%s> shows %q and is called %q: nobody can call it by what they see (WCAG 2.5.3)", n.Data, said, label)
					}
					switch n.Data {
					case "title":
						title, named := strings.CutSuffix(textIn(n), " | sekisho")
						if n.Namespace == "" && (!named || title == "" || strings.Contains(title, "{")) {
							t.Errorf("the title is %q", textIn(n))
						}
					case "html":
						if attr(n, "lang") != lang {
							t.Errorf("lang is %q", attr(n, "lang"))
						}
					case "script":
						ours := attr(n, "src") == (page{}).Script() && strings.Contains(p.name, "/events") ||
							attr(n, "src") == (guideView{}).TickScript() && strings.Contains(p.name, "/set-up")
						if !ours || n.FirstChild != nil {
							t.Errorf("there is a script of %q", attr(n, "src"))
						}
					case "style", "b", "iframe", "object":
						t.Errorf("there is a <%s>", n.Data)
					case "input", "select", "textarea":
						if attr(n, "type") != "hidden" && !labels[attr(n, "id")] {
							t.Errorf("the field %q has no label", attr(n, "name"))
						}
						if attr(n, "type") == "password" && attr(n, "value") != "" {
							t.Error("a password comes back")
						}
					case "th":
						if attr(n, "scope") == "" {
							t.Error("a header of a table has no scope")
						}
					case "a", "link":
						leads(t, "GET", attr(n, "href"), ids)
					case "form":
						leads(t, strings.ToUpper(attr(n, "method")), attr(n, "action"), ids)
					}
					for _, id := range strings.Fields(attr(n, "aria-describedby")) {
						if !ids[id] {
							t.Errorf("there is no %q to describe <%s>", id, n.Data)
						}
					}
				})
				for _, one := range []string{"h1", "main", "title", "header"} {
					if count[one] != 1 {
						t.Errorf("%d <%s>; want 1", count[one], one)
					}
				}
				if strings.Contains(p.body, "%!") || strings.Contains(p.body, "ZgotmplZ") {
					t.Error("a text was not filled in")
				}
			})
		}
	}
}

// leads holds that a link is within the page or to a route of the table.
func leads(t *testing.T, method, to string, ids map[string]bool) {
	t.Helper()
	if to == drillAddress {
		return
	}
	u, err := url.Parse(to)
	if err != nil || u.Host != "" || u.Scheme != "" {
		t.Errorf("%q leads elsewhere", to)
		return
	}
	if u.Path == "" {
		if !ids[u.Fragment] {
			t.Errorf("%q leads nowhere on the page", to)
		}
		return
	}
	mux := http.NewServeMux()
	for _, r := range routes {
		mux.HandleFunc(r.method+" "+r.path, func(http.ResponseWriter, *http.Request) {})
	}
	r, err := http.NewRequest(method, "http://127.0.0.1"+to, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, pattern := mux.Handler(r); pattern == "" {
		t.Errorf("%s %q leads nowhere", method, to)
	}
}

// TestTexts holds that every text is there in both languages, with the same
// verbs, and used.
func TestTexts(t *testing.T) {
	t.Parallel()
	var source strings.Builder
	for _, dir := range []string{".", "templates"} {
		err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") || !strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, ".html") {
				return err
			}
			b, err := os.ReadFile(dir + "/" + name)
			source.Write(b)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	verb := regexp.MustCompile(`%(\[\d\])?[a-z]`)
	verbs := func(text string) []string { return slices.Sorted(slices.Values(verb.FindAllString(text, -1))) }
	for key, texts := range phrases() {
		ja, en := texts[interstitial.Japanese], texts[interstitial.English]
		if ja == "" || en == "" || len(texts) != 2 {
			t.Errorf("%s: want ja and en, has %v", key, texts)
		}
		if !slices.Equal(verbs(ja), verbs(en)) {
			t.Errorf("%s: the languages take other arguments", key)
		}
		group, _, _ := strings.Cut(key, ".")
		base := strings.TrimSuffix(key, ".one") // a form of base
		if !strings.Contains(source.String(), `"`+base+`"`) && !strings.Contains(source.String(), `(print "`+group+`." `) && !strings.Contains(source.String(), `"`+group+`." + `) && !strings.Contains(source.String(), `("`+group+`."+`) && !strings.Contains(source.String(), `choices("`+group+`", `) {
			t.Errorf("%s: nothing uses this text", key)
		}
	}
}

func TestStyleSheetIsKept(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	now := send(t, s, "GET", page{}.Style(), "", "")
	old := send(t, s, "GET", "/style.css?v=000000000000", "", "")
	if !strings.Contains(now.header.Get("Cache-Control"), "immutable") || old.header.Get("Cache-Control") != "no-store" || now.body != string(styleSheet) {
		t.Errorf("Cache-Control %q and, of another version, %q", now.header.Get("Cache-Control"), old.header.Get("Cache-Control"))
	}
	if regexp.MustCompile(`url\(|@import|expression`).MatchString(now.body) {
		t.Error("the style sheet loads something")
	}
}
