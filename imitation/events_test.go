package imitation_test

import (
	"encoding/base64"
	"net/url"
	"testing"

	"sekisho/imitation"
)

// TestEventsThatQuote: mails and answers come as events too, a record in each, and are no
// page; a page may come so all the same.
func TestEventsThatQuote(t *testing.T) {
	t.Parallel()
	const mail = `<p>お支払い方法に問題があります。</p><a href=https://amazom.example/>Amazonにログイン</a><p>プライバシー規約</p><p>© 1996-2026, Amazon.com, Inc. or its affiliates</p>`
	const dictionary = `{"t":"Amazonサインイン","e":"Eメールまたは携帯電話番号","n":"Amazonの新しいお客様ですか？"}`
	for name, tt := range map[string]struct {
		body string
		page bool
	}{
		"mail":             {"event: mail\nid: 5\ndata: {\"id\":5,\"from\":\"a@amazom.example\",\"html\":\"" + mail + "\"}\n\n", false},
		"answer by words":  {"data: {\"choices\":[{\"delta\":{\"content\":\"Amazonにログイン\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"© 1996-2026, Amazon.com, Inc.\"}}]}\n\ndata: [DONE]\n\n", false},
		"dictionary":       {"data: " + dictionary + "\n\n", true},
		"behind a record":  {"data: {\"id\":1}\n\ndata: <h1>Amazonサインイン</h1><p>Eメールまたは携帯電話番号</p><p>Amazonの新しいお客様ですか？</p>\n\n", true},
		"words by event":   {"data: {\"id\":1}\n\ndata: Amazonサインイン\n\ndata: Eメールまたは携帯電話番号\n\ndata: Amazonの新しいお客様ですか？\n\n", true},
		"packed by record": {"data: {\"id\":1}\n\ndata: " + base64.StdEncoding.EncodeToString([]byte(quotedMail)) + "\n\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if g, signs := drawn(t, shellPage, "text/event-stream", tt.body); (g == imitation.Copy) != tt.page {
				t.Errorf("%v, %q; want a copy: %t", g, signs, tt.page)
			}
		})
	}
}

// TestWrittenTexts: the source of a mail and the rows of a table quote, as records do.
func TestWrittenTexts(t *testing.T) {
	t.Parallel()
	const mail = "From: shop\nSubject: Amazonサインイン\n\nEメールまたは携帯電話番号\nAmazonにログイン\nAmazonの新しいお客様ですか？\n© 1996-2026, Amazon.com, Inc. or its affiliates\n"
	for contentType, quotes := range map[string]bool{
		"message/rfc822": true, "Text/Markdown; charset=utf-8": true, "text/csv": true, "text/calendar": true, "text/plain": true, "application/x-yaml": true,
		"text/javascript": false,
	} {
		if g, signs := drawn(t, shellPage, contentType, mail); (g < imitation.Copy) != quotes {
			t.Errorf("%s: %v, %q", contentType, g, signs)
		}
	}
}

// TestTextsThatFill: text that a script fetches is a page where it has the fields of one,
// or code that makes them, and where nobody could read it as it comes.
func TestTextsThatFill(t *testing.T) {
	t.Parallel()
	const words = "Amazonサインイン\nEメールまたは携帯電話番号\nAmazonの新しいお客様ですか？\nAmazonアカウントを作成\n"
	for name, tt := range map[string]struct {
		page, text string
		want       bool
	}{
		"words":                   {shellPage, words, false},
		"words, and code":         {shellPage, words + `f.type="password"`, true},
		"words, and a field":      {shellPage, words + `"<input type=password name=p>"`, true},
		"percent encoding":        {shellPage, "a=" + url.QueryEscape("Eメールまたは携帯電話番号") + "&b=" + url.QueryEscape("Amazonの新しいお客様ですか？") + "&c=" + url.QueryEscape("Amazonアカウントを作成"), true},
		"an address":              {shellPage, words + "https://ja.example/" + url.PathEscape("Amazonの新しいお客様ですか？"), false},
		"words, under the title":  {titledPage, words, true},
		"code in a text of notes": {shellPage, "# Amazon\n" + words, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if g, signs := drawn(t, tt.page, "text/plain", tt.text); (g == imitation.Copy) != tt.want {
				t.Errorf("%v, %q; want a copy: %t", g, signs, tt.want)
			}
		})
	}
}

// TestFeed: what a feed tells of has titles, and none is the page's.
func TestFeed(t *testing.T) {
	t.Parallel()
	const mail = `<h1>Amazonサインイン</h1><p>Eメールまたは携帯電話番号</p><p>Amazonの新しいお客様ですか？</p>`
	for contentType, feed := range map[string]string{
		"application/rss+xml":  `<?xml version="1.0"?><rss><channel><title>フィッシング情報</title><item><title>Amazonサインイン</title><description><![CDATA[` + mail + `]]></description></item></channel></rss>`,
		"application/atom+xml": `<?xml version="1.0"?><feed><title>フィッシング情報</title><entry><title>Amazonサインイン</title><content type="html"><![CDATA[` + mail + `]]></content></entry></feed>`,
	} {
		if g, signs := drawn(t, shellPage, contentType, feed); g >= imitation.Copy {
			t.Errorf("%s: %v, %q", contentType, g, signs)
		}
	}
	if g, signs := drawn(t, shellPage, "application/xhtml+xml", `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>Amazonサインイン</title></head><body>`+mail+`</body></html>`); g != imitation.Copy {
		t.Errorf("a page: %v, %q; want a copy", g, signs)
	}
}

// TestFetchedTextIsData: what a script fetches as a text is data, and no script of the
// page's making.
func TestFetchedTextIsData(t *testing.T) {
	t.Parallel()
	for contentType, want := range map[string]bool{"message/rfc822": true, "text/markdown": true, "text/csv": true, "text/event-stream": true, "text/javascript": false} {
		r := response(contentType)
		r.Dest = "empty"
		if got := scan(r, []byte("From: shop\nSubject: lamps\n\nAmazonにログイン\n"), piece); got.Data != want {
			t.Errorf("%s is data: %t", contentType, got.Data)
		}
	}
}
