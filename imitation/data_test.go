package imitation_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"sekisho/imitation"
)

// What a bundle draws, and what it gets as data: a shell and its script ask for a
// password, and say nothing of Amazon's.
const (
	shellPage  = `<!doctype html><html lang=ja><head><meta charset=utf-8><title>社内ツール</title></head><body><div id=app></div><script type=module src=/m.js></script></body></html>`
	titledPage = `<!doctype html><html lang=ja><head><meta charset=utf-8><title>Amazonサインイン</title></head><body><div id=app></div><form><input type=email name=mail></form><script type=module src=/m.js></script></body></html>`
	shellLogin = `import{c}from"./v.js";const f=document.createElement("input");f.type="password";fetch("/api")`

	quotedMail = `<h1>Amazonサインイン</h1><form><label>Eメールまたは携帯電話番号</label><input name=a><label>パスワード</label><input type=password></form><p>Amazonの新しいお客様ですか？</p>`
)

// drawn returns the grade of a page, its script, and the data that this fetches.
func drawn(t *testing.T, page, contentType string, data ...string) (imitation.Grade, []string) {
	t.Helper()
	signs := append(scan(response("text/html"), []byte(page), piece).Signs, scan(response("text/javascript"), []byte(shellLogin), piece).Signs...)
	for _, d := range data {
		r := response(contentType)
		r.Dest = "empty"
		whole := scan(r, []byte(d), piece)
		for _, n := range []int{1, 7, 64} {
			if got := scan(r, []byte(d), n); got.Grade != whole.Grade || strings.Join(got.Signs, " ") != strings.Join(whole.Signs, " ") {
				t.Errorf("in pieces of %d: %v, %q; whole: %v, %q", n, got.Grade, got.Signs, whole.Grade, whole.Signs)
			}
		}
		signs = append(signs, whole.Signs...)
	}
	g, _ := imitation.Grades(signs)
	return g, signs
}

// TestDataThatQuotes: people's words come as data, and are no page.
func TestDataThatQuotes(t *testing.T) {
	t.Parallel()
	packed := base64.StdEncoding.EncodeToString([]byte(quotedMail))
	mail := strings.ReplaceAll(quotedMail, `"`, `\"`)
	for name, data := range map[string]string{
		"Zimbra":                `{"Body":{"GetMsgResponse":{"m":[{"mp":[{"ct":"text/html","content":"` + mail + `"}],"su":"Amazon"}]}}}`,
		"title and content":     `{"title":"Amazonアカウントの確認","content":"` + mail + `","folder":"spam"}`,
		"a mail's HTML":         `{"mail":{"html":"` + mail + `","from":"x@y.cn"}}`,
		"a mail in base64":      `{"raw":"` + packed + `","headers":{"to":"k@y.cn"}}`,
		"attachments":           `{"attachments":[{"type":"text/html","data":"` + packed + `"}]}`,
		"JMAP":                  `{"methodResponses":[["Email/get",{"list":[{"id":"M1","bodyValues":{"1":{"value":"` + mail + `"}}}]},"0"]]}`,
		"comments":              `{"ticket":{"no":442,"title":"Amazonサインイン","comments":[{"by":"田中","text":"Eメールまたは携帯電話番号"},{"by":"李","text":"Amazonの新しいお客様ですか？"},{"by":"李","text":"Amazonアカウントを作成"}]}}`,
		"chat":                  `{"channel":"general","messages":[{"user":"U1","text":"Amazonサインイン"},{"user":"U2","text":"Eメールまたは携帯電話番号"},{"user":"U1","text":"Amazonの新しいお客様ですか？"}]}`,
		"posts":                 `{"thread":{"title":"Amazonサインイン","posts":[{"author":"a","body":"Eメールまたは携帯電話番号"},{"author":"b","body":"Amazonの新しいお客様ですか？"}]}}`,
		"names of tasks":        `{"items":[{"name":"Amazonサインイン"},{"name":"Eメールまたは携帯電話番号"},{"name":"Amazonの新しいお客様ですか？"},{"name":"Amazonアカウントを作成"}]}`,
		"blocks of a page":      `{"page":{"title":"Amazonサインインの手順","parts":[{"type":"list","items":["Eメールまたは携帯電話番号","Amazonの新しいお客様ですか？","Amazonアカウントを作成"]}]}}`,
		"steps and a note":      `{"q":"Amazonサインイン","steps":["Eメールまたは携帯電話番号","Amazonの新しいお客様ですか？"],"note":"© 1996-2026, Amazon.com, Inc. or its affiliates"}`,
		"translations":          `{"strings":[{"key":"signin.0","source":"x","target":"Amazonサインイン"},{"key":"signin.1","source":"x","target":"Eメールまたは携帯電話番号"},{"key":"signin.2","source":"x","target":"Amazonの新しいお客様ですか？"}]}`,
		"cases of a test":       `{"cases":[{"step":0,"expected":"Amazonサインイン"},{"step":1,"expected":"Eメールまたは携帯電話番号"},{"step":2,"expected":"Amazonの新しいお客様ですか？"}]}`,
		"a note":                `{"note":{"text":"Amazonサインイン\nEメールまたは携帯電話番号\nAmazonの新しいお客様ですか？\nAmazonアカウントを作成"}}`,
		"a scan":                `{"ocr":["Amazonサインイン","Eメールまたは携帯電話番号","Amazonの新しいお客様ですか？","Amazonアカウントを作成"]}`,
		"logs of calls":         `{"logs":[{"memo":"Amazonサインイン"},{"memo":"Eメールまたは携帯電話番号"},{"memo":"Amazonの新しいお客様ですか？"}]}`,
		"slides":                `{"slides":[{"shapes":[{"t":"Amazonサインイン"},{"t":"Eメールまたは携帯電話番号"},{"t":"Amazonの新しいお客様ですか？"}]}]}`,
		"a list alone":          `["Amazonサインイン","Eメールまたは携帯電話番号","Amazonの新しいお客様ですか？","Amazonアカウントを作成"]`,
		"rows of a table":       `{"rows":[["1","Amazonサインイン"],["2","Eメールまたは携帯電話番号"],["3","Amazonの新しいお客様ですか？"]]}`,
		"cells":                 `{"cells":{"A1":"Amazonサインイン","A2":"Eメールまたは携帯電話番号","A3":"Amazonの新しいお客様ですか？"}}`,
		"numbers as keys":       `{"lines":{"0":"Amazonサインイン","1":"Eメールまたは携帯電話番号","2":"Amazonの新しいお客様ですか？"}}`,
		"records by ID":         `{"comments":{"c17":{"at":1764000000,"text":"Amazonサインイン"},"c18":{"at":1764000001,"text":"Eメールまたは携帯電話番号"},"c19":{"at":1764000002,"text":"Amazonの新しいお客様ですか？"}}}`,
		"GraphQL":               `{"data":{"issue":{"comments":{"edges":[{"node":{"bodyText":"Amazonサインイン"}},{"node":{"bodyText":"Eメールまたは携帯電話番号"}},{"node":{"bodyText":"Amazonの新しいお客様ですか？"}}]}}}}`,
		"a record":              `{"ticket":{"title":"Amazonサインイン","first":"Eメールまたは携帯電話番号","second":"Amazonの新しいお客様ですか？","created":"2026-11-26T10:00:00Z"}}`,
		"a record of a person":  `{"form":{"title":"Amazonサインイン","first":"Eメールまたは携帯電話番号","second":"Amazonの新しいお客様ですか？","author":"tanaka@kaisha.example"}}`,
		"questions":             `{"quiz":[{"question":"どれが本物?","options":{"a":"Eメールまたは携帯電話番号","b":"Amazonの新しいお客様ですか？","c":"Amazonアカウントを作成"}}]}`,
		"what was clicked":      `{"events":[{"t":1,"text":"Amazonサインイン"},{"t":2,"text":"Eメールまたは携帯電話番号"},{"t":3,"text":"Amazonの新しいお客様ですか？"}]}`,
		"a document's tree":     `{"tree":{"tag":"body","children":[{"tag":"h1","children":["Amazonサインイン"]},{"tag":"label","children":["Eメールまたは携帯電話番号"]},{"tag":"p","children":["Amazonの新しいお客様ですか？"]}]}}`,
		"a file of a project":   `{"name":"kit.html","size":4711,"text":"` + mail + `"}`,
		"search":                `{"hits":{"total":3,"hits":[{"_source":{"title":"Amazonサインイン"}},{"_source":{"title":"Eメールまたは携帯電話番号"}},{"_source":{"title":"Amazonの新しいお客様ですか？"}}]}}`,
		"lines that stream":     "{\"id\":1,\"text\":\"Amazonサインイン\"}\n{\"id\":2,\"text\":\"Eメールまたは携帯電話番号\"}\n{\"id\":3,\"text\":\"Amazonの新しいお客様ですか？\"}",
		"behind a guard":        ")]}',\n" + `[["a",[["Amazonサインイン"],["Eメールまたは携帯電話番号"],["Amazonの新しいお客様ですか？"]]]]`,
		"a list in a string":    `{"d":"[{\"text\":\"Amazonサインイン\"},{\"text\":\"Eメールまたは携帯電話番号\"},{\"text\":\"Amazonの新しいお客様ですか？\"}]"}`,
		"two texts":             `{"q":"Amazonサインイン","first":"Eメールまたは携帯電話番号"}`,
		"a notice and a list":   `{"notice":"<b>!</b>","mails":[{"html":"` + mail + `"}]}`,
		"a record with marks":   `{"ticket":{"title":"Amazonサインイン","first":"Eメールまたは携帯電話番号","second":"Amazonの新しいお客様ですか？","tags":[]}}`,
		"notes of lines":        `{"notes":{"a":"Amazonサインイン\nEメールまたは携帯電話番号","b":"Eメールまたは携帯電話番号\nパスワード","c":"Amazonの新しいお客様ですか？\nAmazonアカウントを作成"}}`,
		"a list with a heading": `["画面の言葉",{"a":"Amazonサインイン","b":"Eメールまたは携帯電話番号","c":"Amazonの新しいお客様ですか？"}]`,
		"keys that ask":         `{"Amazonサインイン":"画面の題","Eメールまたは携帯電話番号":"欄の名","Amazonの新しいお客様ですか？":"問い"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, kind := range []string{"application/json", "text/html"} {
				if g, signs := drawn(t, shellPage, kind, data); g > imitation.Suspect {
					t.Errorf("%s: got %v, %q", kind, g, signs)
				}
			}
		})
	}
}

// TestDataOfPages: what a page is drawn with is one.
func TestDataOfPages(t *testing.T) {
	t.Parallel()
	each := func(words ...string) string {
		var b strings.Builder
		for i, w := range words {
			b.WriteString(`,"` + string(rune('a'+i)) + `":"` + base64.StdEncoding.EncodeToString([]byte(w)) + `"`)
		}
		return "{" + b.String()[1:] + "}"
	}
	mail := strings.ReplaceAll(quotedMail, `"`, `\"`)
	for name, tt := range map[string]struct{ page, data string }{
		"a dictionary":          {shellPage, `{"h":"Amazonサインイン","u":"Eメールまたは携帯電話番号","p":"パスワード","n":"Amazonの新しいお客様ですか？"}`},
		"in an answer":          {shellPage, `{"code":0,"msg":"ok","data":{"h":"Amazonサインイン","u":"Eメールまたは携帯電話番号","n":"Amazonの新しいお客様ですか？"}}`},
		"by language":           {shellPage, `{"version":3,"locales":["ja"],"ja":{"login":{"title":"Amazonサインイン","id":{"label":"Eメールまたは携帯電話番号"}},"foot":{"line":"Amazonの新しいお客様ですか？"}}}`},
		"keys of a program":     {shellPage, `{"vcXbt2":"Amazonサインイン","yz7wBu":"Eメールまたは携帯電話番号","k1Q+Lm":"Amazonの新しいお客様ですか？"}`},
		"with a picture":        {shellPage, `{"logo":"/static/logo-28bd59.png","site":"https://k.example/1","h":"Amazonサインイン","u":"Eメールまたは携帯電話番号","n":"Amazonの新しいお客様ですか？"}`},
		"markup":                {shellPage, `{"code":0,"h":"` + mail + `"}`},
		"markup of a message":   {shellPage, `42["m","` + mail + `"]`},
		"packed each by itself": {shellPage, each("Amazonサインイン", "Eメールまたは携帯電話番号", "Amazonの新しいお客様ですか？", "Amazonアカウントを作成")},
		"a message's words":     {shellPage, `42["m",{"h":"Amazonサインイン","u":"Eメールまたは携帯電話番号","n":"Amazonの新しいお客様ですか？"}]`},
		"an object of a script": {shellPage, `{h:"Amazonサインイン",u:"Eメールまたは携帯電話番号",n:"Amazonの新しいお客様ですか？"}`},
		"a list, titled":        {titledPage, `["ログイン","Eメールまたは携帯電話番号","Amazonの新しいお客様ですか？","Amazonアカウントを作成"]`},
		"rows, titled":          {titledPage, `{"rows":[{"k":"id","v":"Eメールまたは携帯電話番号"},{"k":"new","v":"Amazonの新しいお客様ですか？"}]}`},
		"a record, titled":      {titledPage, `{"id":7,"html":"` + mail + `","by":"a@b.example"}`},
		"no data":               {shellPage, `Amazonサインイン"Eメールまたは携帯電話番号"Amazonの新しいお客様ですか？"` + strings.Repeat(" ", 64)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if g, signs := drawn(t, tt.page, "application/json", tt.data); g != imitation.Copy {
				t.Errorf("got %v, %q", g, signs)
			}
		})
	}
}
