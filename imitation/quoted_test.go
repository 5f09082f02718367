package imitation_test

import (
	"html"
	"slices"
	"strings"
	"testing"

	"sekisho/imitation"
)

// TestQuoted: what stands between quotation marks is somebody else's; the marks reach
// as far as a quotation does and are seen, so that none silences a page.
func TestQuoted(t *testing.T) {
	t.Parallel()
	const terms = "Amazonの利用規約とプライバシー規約に同意したものとみなされます。"
	long := strings.Repeat("あ", 60)
	for _, test := range []struct {
		name, text string
		want       bool
	}{
		{"bare", terms, true},
		{"quoted", "「" + terms + "」", false},
		{"quoted twice", "『「" + terms + "」』", false},
		{"half width", "｢" + terms + "｣", false},
		{"behind a quotation", "「次へ」" + terms, true},
		{"in another block", "「</p><p>" + terms, true},
		{"far behind the mark", "「" + long + terms, true},
		{"a mark that is not seen", `<span hidden>「</span>` + terms, true},
		{"a mark that is off the screen", `<div style="position:absolute;left:-9999px">「</div>` + terms, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := page(t, "<title>ログイン</title><form><label>Amazonのパスワード</label><input type=password name=p><p>"+test.text+"</p></form>")
			if got := slices.Contains(r.Signs, "terms"); got != test.want {
				t.Errorf("terms counted: %v; want %v; %q", got, test.want, r.Signs)
			}
		})
	}
}

// TestFoot: the line of copyright is a page's own where it is at the foot and no
// sentence is about it.
func TestFoot(t *testing.T) {
	t.Parallel()
	const line = "© 1996-2026, Amazon.com, Inc. or its affiliates"
	for _, test := range []struct {
		name, text string
		want       bool
	}{
		{"line", line, true},
		{"with a full stop", line + ".", true},
		{"all rights", "Conditions of Use Privacy Notice Help " + line + ". All rights reserved.", true},
		{"links before", "利用規約 プライバシー規約 ヘルプ " + line, true},
		{"sentence", "The real page ends with " + line + ".", false},
		{"sentence that goes on", line + " is what stands at the bottom of the genuine page.", false},
		{"Japanese sentence", "本物の最下部は " + line + " です。", false},
		{"text behind", line + "</p><p>" + strings.Repeat("あ", 80), false},
		{"text behind that is not seen", line + "</p><p hidden>" + strings.Repeat("あ", 80), true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := page(t, "<title>Amazon Sign-In</title><form><input type=password name=p></form><p>"+test.text+"</p>")
			if got := slices.Contains(r.Signs, "copyright"); got != test.want {
				t.Errorf("copyright counted: %v; want %v; %q", got, test.want, r.Signs)
			}
		})
	}
}

// TestNoFoot: the line of copyright above a field is the end of something else, a mail.
func TestNoFoot(t *testing.T) {
	t.Parallel()
	const line, form = "<p>© 1996-2026, Amazon.com, Inc. or its affiliates</p>", "<form><input type=password name=p></form>"
	for body, want := range map[string]bool{form + line: true, line + form: false, form + line + form: true, "<p hidden>x</p>" + form + line: true} {
		r := page(t, "<title>Amazon Sign-In</title>"+body)
		if got := slices.Contains(r.Signs, "copyright"); got != want {
			t.Errorf("%s: copyright counted: %v; want %v; %q", body, got, want, r.Signs)
		}
	}
}

// TestEndOfAMail: the line that ends a mail below a log-in is the mail's, unless the form has
// words of Amazon's or the page has the very title of the sign-in.
func TestEndOfAMail(t *testing.T) {
	t.Parallel()
	const (
		form   = "<form><input name=id><input type=password name=p></form>"
		login  = "<header>" + form + "</header>"
		lure   = "<div><p>この件についてはお問い合わせください。お手数をおかけします。</p><p>お支払い方法を更新してください。</p>"
		line   = "<p>© 1996-2026, Amazon.com, Inc. or its affiliates</p></div>"
		inside = "<form><label>Amazonのパスワード</label><p>x</p><input type=password name=p></form>"
		labels = "<form><label>Amazonのパスワード</label><input type=password name=p></form>"
	)
	for body, want := range map[string]bool{
		"<title>Amazonプライム会員の更新</title>" + login + lure + line:  false,
		"<title>Amazonプライム会員の更新</title>" + lure + login + line:  true,
		"<title>Amazonプライム会員の更新</title>" + login + line:         true,
		"<title>Amazonプライム会員の更新</title>" + labels + lure + line: true,
		"<title>Amazonサインイン</title>" + login + lure + line:      true,

		"<title>Amazonプライム会員の更新</title>" + login + "<ul><li>ログインしたままにする</ul><div>" + line:              true, // a word of any form
		"<title>Amazonプライム会員の更新</title>" + login + "<div>" + line + "<ul><li>Amazonアカウントを作成</ul>":      true, // below the line
		"<title>Amazonプライム会員の更新</title>" + inside + "<ul><li>お支払い方法を更新してください</ul><div>" + line:         true, // in the form, and in none beside it
		"<title>Amazonプライム会員の更新</title><header><p>Amazonのパスワード</p>" + form + "</header>" + lure + line: true, // right above it
	} {
		r := page(t, body)
		if got := slices.Contains(r.Signs, "copyright"); got != want {
			t.Errorf("%s: copyright counted: %v; want %v; %q", body, got, want, r.Signs)
		}
	}
}

// TestFramesInFrames: a frame belongs to the words around it, whether the page has it itself
// or by a document that it carries with it.
func TestFramesInFrames(t *testing.T) {
	t.Parallel()
	const (
		title = "<title>Amazonサインイン</title>"
		words = "<h1>ログイン</h1><p>Eメールまたは携帯電話番号</p><p>パスワード</p>"
		foot  = "<h5>Amazonの新しいお客様ですか？</h5><a>Amazonアカウントを作成</a><footer>© 1996-2026, Amazon.com, Inc. or its affiliates</footer>"
		frame = "<iframe src=https://fields.example/></iframe>"
	)
	srcdoc := func(body string) string { return `<iframe srcdoc="` + html.EscapeString(body) + `"></iframe>` }
	for name, tt := range map[string]struct {
		body string
		want bool
	}{
		"a frame":                    {words + frame + foot, true},
		"in a document of its own":   {words + srcdoc(frame) + foot, true},
		"with the words in there":    {srcdoc(words + frame + foot), true},
		"a document without one":     {words + srcdoc("<p>x</p>") + foot, false},
		"in a list with the words":   {"<ul><li>" + words + "</ul>" + srcdoc(frame), false},
		"by a script":                {words + foot + "<script src=/a.js></script>", true},
		"nothing but frames":         {"<frameset rows=*,*><frame src=/top><frame src=https://fields.example/></frameset>", true},
		"by a script, in a list":     {"<ul><li>" + words + foot + "</ul><script src=/a.js></script>", false},
		"far from the words in them": {srcdoc(words + foot + "<form></form>" + frame), false},
	} {
		if got := slices.Contains(page(t, title+tt.body).Signs, imitation.PartFramed); got != tt.want {
			t.Errorf("%s: waits for fields: %t; want %t", name, got, tt.want)
		}
	}
}

// TestFrameTitle: nobody sees the title of a document in a frame; one that has neither
// fields nor a script to make them is no page to sign in on.
func TestFrameTitle(t *testing.T) {
	t.Parallel()
	const letter, titled = "<p>サインインがありました。</p>", "<title>Amazon セラーセントラル</title>"
	for _, test := range []struct {
		name, dest, body string
		want             bool
	}{
		{"a tab", "document", letter, true},
		{"a letter", "iframe", letter, false},
		{"an object", "object", letter, false},
		{"a form", "iframe", letter + "<input type=password>", true},
		{"a script", "iframe", letter + "<script src=/a.js></script>", true},
	} {
		r := response("text/html")
		r.Dest = test.dest
		if got := slices.Contains(scan(r, []byte(titled+test.body), piece).Signs, "title-seller"); got != test.want {
			t.Errorf("%s: title counted: %v; want %v", test.name, got, test.want)
		}
	}
}
