package proxy_test

import (
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
