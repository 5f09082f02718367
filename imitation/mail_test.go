package imitation_test

import (
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
