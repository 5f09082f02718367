package imitation_test

import (
	"net/http"
	"strings"
	"testing"

	"sekisho/hostname"
	"sekisho/imitation"
)

func page(t *testing.T, body string) imitation.Result {
	t.Helper()
	host, err := hostname.Parse("site.example")
	if err != nil {
		t.Fatal(err)
	}
	s := imitation.Watch(imitation.Response{
		Host: host, Target: "/", Status: 200, Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
	})
	_, _ = s.Write([]byte(body))
	return s.Close()
}

// TestFillerThatIsNotSeen puts 7.5 KB between the form and the words.
func TestFillerThatIsNotSeen(t *testing.T) {
	t.Parallel()
	const head = `<!doctype html><meta charset=utf-8><style>.w{color:red}@media print{.w{display:none}}.f,div#g{display:none}p.h{position:absolute;left:-9999px}</style>` +
		`<title>ログイン</title><body><div class=w><h1>ログイン</h1><form method=post><label>Eメールまたは携帯電話番号</label><input name=k1>` +
		`<label>パスワード</label><input type=password name=k2><button>ログイン</button></form>`
	const tail = `<p>続行することで、Amazonの利用規約およびプライバシー規約に同意するものとみなされます。</p><h5>Amazonの新しいお客様ですか？</h5>` +
		`<a>Amazonアカウントを作成</a><footer>© 1996-2026, Amazon.com, Inc. or its affiliates</footer></div>`
	fill := strings.Repeat("あいうえお", 500)
	for name, filler := range map[string]string{
		"none":              "",
		"hidden":            "<div hidden>" + fill + "</div>",
		"display":           `<div style="display:none">` + fill + "</div>",
		"size of letters":   `<div style="font-size:0">` + fill + "</div>",
		"a pixel high":      `<div style="height: 1px; overflow: hidden">` + fill + "</div>",
		"off the screen":    `<p style="position:absolute;left:-9999px">` + fill + "</p>",
		"far below":         `<p style="position:absolute;top:9000px">` + fill + "</p>",
		"see-through":       `<section style="opacity:0">` + fill + "</section>",
		"inline":            `<span style="position:absolute;left:-9999px"><div>a</div>` + fill + "</span>",
		"class":             "<div class=f>" + fill + "</div>",
		"id":                "<div id=g>" + fill + "</div>",
		"class and name":    "<p class=h>" + fill + "</p>",
		"nested":            "<div hidden><div>a</div><div>b<p>" + fill + "</div>" + fill + "</div>",
		"choice":            "<select><option>" + fill + "</select>",
		"closed details":    "<details>" + fill + "</details>",
		"template":          "<template>" + fill + "</template>",
		"data":              `<script type="application/json">"` + fill + `"</script>`,
		"several":           strings.Repeat("<i hidden>a</i><div hidden>"+strings.Repeat("あ", 20)+"</div>", 300),
		"name of the words": "<div hidden>Amazon" + fill + "</div>",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if r := page(t, head+filler+tail); r.Grade != imitation.Copy {
				t.Errorf("%v %d %q", r.Grade, r.Score, r.Signs)
			}
		})
	}
}

// TestSeenArticle: a quotation far from the site's own log-in stays one, be it seen
// or not, and whatever is hidden beside it.
func TestSeenArticle(t *testing.T) {
	t.Parallel()
	const login = `<title>会員ログイン</title><form><input name=email><input type=password name=p></form>`
	const quote = `<p>Amazonの新しいお客様ですか？</p><p>Eメールまたは携帯電話番号</p><p>Amazonアカウントを作成</p><p>© 1996-2026, Amazon.com, Inc. or its affiliates</p>`
	fill := strings.Repeat("あいうえお", 500)
	for name, body := range map[string]string{
		"seen":                     login + "<div>" + fill + "</div>" + quote,
		"quotation that is hidden": login + "<div>" + fill + "</div><div hidden>" + quote + "</div>",
		"in what is hidden":        login + "<div hidden>" + fill + quote + "</div>",
		"ends with its parent":     login + "<section><div hidden>a</section><div>" + fill + "</div>" + quote,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if r := page(t, body); r.Grade == imitation.Copy {
				t.Errorf("%v %d %q", r.Grade, r.Score, r.Signs)
			}
		})
	}
}
