package proxy_test

import (
	"io"
	"net/http"
	"testing"
)

// TestFieldsInAFrameOfAnotherSite: a copy whose fields stand in a frame that another site
// sends is stopped when the frame comes, and that site is not given away by it.
func TestFieldsInAFrameOfAnotherSite(t *testing.T) {
	t.Parallel()
	const around, other = "quiet-river.labnet.example", "fields.invalid.example"
	const words = `<!doctype html><meta charset=utf-8><title>Amazonサインイン</title><h1>ログイン</h1><p>Eメールまたは携帯電話番号</p><p>パスワード</p>` +
		`<iframe src="https://fields.invalid.example/"></iframe><h5>Amazonの新しいお客様ですか？</h5><a>Amazonアカウントを作成</a><footer>© 1996-2026, Amazon.com, Inc. or its affiliates</footer>`
	const fields = `<!doctype html><form method=post action=/g><input name=k1><input type=password name=k2></form>`
	l := start(t)
	outer := l.Origin([]string{around}, serves{contentType: "text/html; charset=utf-8", pieces: [][]byte{[]byte(words)}})
	inner := l.Origin([]string{other}, serves{contentType: "text/html; charset=utf-8", pieces: [][]byte{[]byte(fields)}})
	c := l.client()
	frame := func(referer string) answer {
		return get(t, c, https(other, inner, "/"), withHeader(navigation, "Sec-Fetch-Dest", "iframe", "Sec-Fetch-Site", "cross-site", "Referer", referer))
	}
	if a := get(t, c, https(around, outer, "/"), navigation); a.StatusCode != http.StatusOK {
		t.Fatalf("the page = %d", a.StatusCode)
	}
	if a := frame("https://third.example/"); a.body != fields {
		t.Errorf("in a frame of another page = %d; want it as it was", a.StatusCode)
	}
	if a := frame(https(around, outer, "/")); a.body == fields {
		t.Errorf("in a frame of the page = %d; want it replaced", a.StatusCode)
	}
	if a := get(t, c, https(around, outer, "/"), navigation); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the page after it = %d; want 303", a.StatusCode)
	}
	if a := get(t, c, https(other, inner, "/"), navigation); a.body != fields {
		t.Errorf("the other site after it = %d; want it as it was", a.StatusCode)
	}
}

// TestFieldsLaterInAFrameOfAnotherSite: so is one whose fields come for that frame later, and
// one that forbids its browser to say whose frame it is.
func TestFieldsLaterInAFrameOfAnotherSite(t *testing.T) {
	t.Parallel()
	const around, other, third = "quiet-river.labnet.example", "fields.invalid.example", "third.invalid.example"
	const words = `<!doctype html><meta charset=utf-8><title>Amazonサインイン</title><h1>ログイン</h1><p>Eメールまたは携帯電話番号</p><p>パスワード</p>` +
		`<iframe src="https://fields.invalid.example/"></iframe><h5>Amazonの新しいお客様ですか？</h5><a>Amazonアカウントを作成</a><footer>© 1996-2026, Amazon.com, Inc. or its affiliates</footer>`
	const empty = `<!doctype html><div id=q></div>`
	const fields = `<!doctype html><form method=post action=/g><input name=k1><input type=password name=k2></form>`
	const script = `const p=document.createElement("input");p.type="password";q.append(p)`
	for name, test := range map[string]struct {
		host, path string // of what has the fields
		headers    []string
	}{
		"a script":               {other, "/f.js", []string{"Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "script", "Sec-Fetch-Site", "same-origin", "Referer", "https://fields.invalid.example/"}},
		"the next document":      {other, "/2", []string{"Sec-Fetch-Dest", "iframe", "Sec-Fetch-Site", "same-origin", "Referer", "https://fields.invalid.example/"}},
		"a frame in it":          {third, "/2", []string{"Sec-Fetch-Dest", "iframe", "Sec-Fetch-Site", "cross-site", "Referer", "https://fields.invalid.example/"}},
		"a page that forbids it": {third, "/2", []string{"Sec-Fetch-Dest", "iframe", "Sec-Fetch-Site", "cross-site"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := start(t)
			inner := l.Origin([]string{other, third}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, contentType := empty, "text/html; charset=utf-8"
				switch r.URL.Path {
				case "/f.js":
					body, contentType = script, "text/javascript"
				case "/2":
					body = fields
				}
				serves{contentType: contentType, pieces: [][]byte{[]byte(body)}}.ServeHTTP(w, r)
			}))
			outer := l.Origin([]string{around}, serves{contentType: "text/html; charset=utf-8", pieces: [][]byte{[]byte(words)}})
			c := l.client()
			if a := get(t, c, https(around, outer, "/"), navigation); a.StatusCode != http.StatusOK {
				t.Fatalf("the page = %d", a.StatusCode)
			}
			if a := get(t, c, https(other, inner, "/"), withHeader(navigation, "Sec-Fetch-Dest", "iframe", "Sec-Fetch-Site", "cross-site", "Referer", https(around, outer, "/"))); a.body != empty {
				t.Fatalf("the empty frame = %d; want it as it was", a.StatusCode)
			}
			if resp, err := c.Do(request(t, https(test.host, inner, test.path), withHeader(navigation, test.headers...))); err == nil { // or it is cut
				body, err := io.ReadAll(resp.Body)
				_ = resp.Body.Close()
				if got := string(body); err == nil && (got == fields || got == script) {
					t.Errorf("what has the fields came = %d", resp.StatusCode)
				}
			}
			if a := get(t, c, https(around, outer, "/"), navigation); a.StatusCode != http.StatusSeeOther {
				t.Errorf("the page after it = %d; want 303", a.StatusCode)
			}
			if a := get(t, c, https(other, inner, "/2"), navigation); a.body != fields {
				t.Errorf("the other site after it = %d; want it as it was", a.StatusCode)
			}
		})
	}
}
