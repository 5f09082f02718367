package imitation_test

import (
	"encoding/base64"
	"testing"

	"sekisho/imitation"
)

// TestMailBelow: words of Amazon's between a form and the line of copyright make it that of
// a mail below a log-in, unless the page has Amazon's name above its form, or Seller
// Central's for its title: a page does not say less of Amazon by saying more.
func TestMailBelow(t *testing.T) {
	t.Parallel()
	const (
		form = `<section><form method=post><p>メールアドレス</p><input name=k1><p>パスワード</p><input type=password name=k2><button>ログイン</button></form></section>`
		foot = `<footer>© 1996-2026, Amazon.com, Inc. or its affiliates</footer>`
		logo = `<img src=l.png alt=Amazon>`
	)
	for below, words := range map[string]string{
		"nothing":  "",
		"customer": `<aside><p>Amazonの新しいお客様ですか？</p><a>Amazonアカウントを作成</a></aside>`,
		"list":     `<ul><li>Amazonの新しいお客様ですか？</li><li>Amazonアカウントを作成</li></ul>`,
		"lure":     `<table><tr><td>お支払い方法に問題があります</td></tr></table>`,
		"seller":   `<ul><li>セラーセントラルにログイン</li></ul>`,
		"English":  `<ul><li>New to Amazon?</li><li>Create your Amazon account</li></ul>`,
	} {
		for title, above := range map[string]string{
			"セラーセントラル":                 logo,
			"Amazonセラーセントラル ":          `<img src=l.png alt="seller central">`,
			"Amazon Seller Central":    `<img src=l.png alt="amazon seller central">`,
			"Seller Central - Sign in": logo,
			"セラーセントラルにログイン":            logo,
		} {
			r := page(t, "<!doctype html><meta charset=utf-8><title>"+title+"</title>"+above+form+words+foot)
			if r.Grade != imitation.Copy {
				t.Errorf("%s, %s: %v %d %q", below, title, r.Grade, r.Score, r.Signs)
			}
		}
	}
}

// TestMailSource: the source of a mail quotes, however it is packed; what merely begins with
// a field of one is no mail.
func TestMailSource(t *testing.T) {
	t.Parallel()
	const words = `<h1>Amazonサインイン</h1><form><label>Eメールまたは携帯電話番号</label><input name=a><input type=password name=p></form><p>Amazonの新しいお客様ですか？</p><p>© 1996-2026, Amazon.com, Inc. or its affiliates</p>`
	for _, test := range []struct {
		name, head string
		want       imitation.Grade
	}{
		{"a mail", "Received: from a.example\r\n\tby b.example; x\r\nFrom: x@y.cn\r\nSubject: Amazon\r\nX-Spam: no\r\n\r\n", imitation.Suspect},
		{"lines that end in LF", "From: x@y.cn\nTo: k@y.cn\n\n", imitation.Suspect},
		{"one field", "From: x@y.cn\r\n\r\n", imitation.Copy},
		{"no empty line", "From: x@y.cn\r\nTo: k@y.cn\r\n", imitation.Copy},
		{"a line that is none", "From: x@y.cn\r\nTo: k@y.cn\r\nvar x\r\n\r\n", imitation.Copy},
		{"nothing of a mail", "a: 1\nb: 2\n\n", imitation.Copy},
	} {
		for how, text := range map[string]string{
			"state":     `<script>window.S={"id":12,"raw":"` + base64.StdEncoding.EncodeToString([]byte(test.head+words)) + `"};</script>`,
			"attribute": `<div data-raw="` + base64.StdEncoding.EncodeToString([]byte(test.head+words)) + `"></div>`,
		} {
			r := page(t, "<!doctype html><meta charset=utf-8><title>報告</title><form><input name=u><input type=password name=w></form>"+text)
			if r.Grade != test.want {
				t.Errorf("%s, %s: %v %d %q; want %v", test.name, how, r.Grade, r.Score, r.Signs, test.want)
			}
		}
	}
}
