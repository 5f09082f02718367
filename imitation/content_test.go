package imitation_test

import (
	"net/http"
	"strings"
	"testing"

	"sekisho/hostname"
	"sekisho/imitation"
)

// TestContent: what a document has to read, as it is seen.
func TestContent(t *testing.T) {
	t.Parallel()
	host, err := hostname.Parse("site.example")
	if err != nil {
		t.Fatal(err)
	}
	const script = `<script src="/app.js"></script>`
	words := func(n int) string { return strings.Repeat("<p>What one can read here.</p>", n) }
	for _, c := range []struct {
		name, contentType, body string
		want                    imitation.Content
	}{
		{"empty", "text/html", `<!doctype html><title>x</title><div id="root"></div>` + script, imitation.Shell},
		{"a sentence", "text/html", `<p>You need to enable JavaScript to run this app.</p>` + script, imitation.Shell},
		{"script in an attribute", "text/html", `<body onload="go()"></body>`, imitation.Shell},
		{"nothing to fill it", "text/html", `<p>It works!</p>`, imitation.Page},
		{"some text", "text/html", words(60) + script, imitation.Page},
		{"much text", "text/html", words(300) + script, imitation.Article},
		{"much text in Japanese", "text/html; charset=utf-8", strings.Repeat("<p>ここで読めるものです。</p>", 150) + script, imitation.Article},
		{"much text that is hidden", "text/html", `<div style="display: none"><div>` + words(300) + `</div>` + words(300) + `</div>` + script, imitation.Shell},
		{"text after what is hidden", "text/html", `<div hidden><div>x</div></div>` + words(300) + script, imitation.Article},
		{"text after a hidden field", "text/html", `<input hidden>` + words(300) + script, imitation.Article},
		{"text in a script", "text/html", `<script>var t="` + words(300) + `"</script>`, imitation.Shell},
		{"a script", "text/javascript", words(300), imitation.Unknown},
		{"data", "application/json", `{"a":"b"}`, imitation.Unknown},
	} {
		h := http.Header{"Content-Type": {c.contentType}}
		got := scan(imitation.Response{Host: host, Target: "/", Status: http.StatusOK, Header: h}, []byte(c.body), 100)
		if got.Content != c.want {
			t.Errorf("%s: content = %d; want %d", c.name, got.Content, c.want)
		}
	}
}
