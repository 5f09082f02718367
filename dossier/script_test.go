package dossier

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sekisho/hostname"
)

const (
	bundle  = `const F=()=>h("form",{},h("label",{},"Eメールまたは携帯電話番号"),h("input",{type:"password"}),h("p",{},"Amazonの新しいお客様ですか?"),h("a",{},"Amazonアカウントを作成"))`
	waiting = `<!doctype html><title>読み込み中</title><div id="root"></div><script src="https://cdn.example/app.js"></script>`
	loader  = `<script src="https://cdn.example/app.js"></script>`
)

// long is a page of some n characters of its own, with a script.
func long(n int, more string) string {
	return `<!doctype html><title>お知らせ</title><article>` + strings.Repeat("<p>きょうは新しい棚の話をします。</p>", n/15) + `</article>` + more + loader
}

// TestWhoseScript: what a script says is the page's word where the page is
// nothing without it, and not where the page has a word of its own.
func TestWhoseScript(t *testing.T) {
	t.Parallel()
	const site, cdn = "quiet-river.example", "cdn.example"
	const brandForm = `<p>Amazonセラーセントラルのログイン</p><form><input name="email"><input type="password" name="p"></form>`
	for _, test := range []struct {
		name, page, from, asks string
		want                   string // of the site afterwards
		sign                   string // and of a sign-in there
	}{
		{"shell, script of a CDN", waiting, cdn, site, "hold red sign-in-copy", "hold red sign-in-copy"},
		{"shell, its own script", waiting, "static." + site, site, "hold red sign-in-copy", "hold red sign-in-copy"},
		{"shell that hides where it is, script of a CDN", waiting, cdn, "", "pass", "ask amber sign-in-copy"},
		{"page, script of a CDN", long(600, ""), cdn, site, "pass", "ask amber unfamiliar-sign-in"},
		{"page, its own script", long(600, ""), site, site, "hold red sign-in-copy", "hold red sign-in-copy"},
		{"article, script of a CDN", long(4000, ""), cdn, site, "pass", "ask amber unfamiliar-sign-in"},
		{"article, its own script", long(4000, ""), site, site, "pass", "ask amber sign-in-copy"},
		{"article with a sign-in, script of a CDN", long(4000, ownLogin), cdn, site, "pass", "ask amber unfamiliar-sign-in"},
		{"page with a form under Amazon's name, script of a CDN", long(600, brandForm), cdn, site, "hold red sign-in-copy", "hold red sign-in-copy"},
		{"page that hides where it is, script of a CDN", long(600, ""), cdn, "", "pass", "ask amber unfamiliar-sign-in"},
		{"page that was not read, script of a CDN", "", cdn, site, "pass", "ask amber sign-in-copy"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := office{t, open(t)}
			if test.page != "" {
				if got := verdict(o.opens(site, test.page)); got != "pass" {
					t.Fatalf("the page alone is judged %q", got)
				}
			} else {
				o.visit(site)
			}
			document := hostname.Name{}
			if test.asks != "" {
				document = name(t, test.asks)
			}
			o.visit(cdn) // that somebody looked at it once does not make it the script's page
			o.Script(name(t, test.from), document, pc1, o.read(test.from, "text/javascript", bundle))
			if got := verdict(o.navigate(site)); got != test.want {
				t.Errorf("the site is judged %q; want %q", got, test.want)
			}
			if got := verdict(o.submit(site, anySignIn, none)); got != test.sign {
				t.Errorf("a sign-in is judged %q; want %q", got, test.sign)
			}
			if got := verdict(o.submit(site, anySignIn, both)); !strings.HasPrefix(got, "hold red") {
				t.Errorf("a protected sign-in is judged %q; want it held", got)
			}
			if got := verdict(o.navigate(cdn)); got != "pass" {
				t.Errorf("the host of scripts is judged %q; want pass", got)
			}
		})
	}
}

// TestLesserScriptsDoNotAddUp: what counts for traces alone makes no copy
// together with a frame that comes later.
func TestLesserScriptsDoNotAddUp(t *testing.T) {
	t.Parallel()
	const site, ads = "quiet-river.example", "ads.example"
	o := office{t, open(t)}
	o.opens(site, long(4000, ""))
	o.loads(ads, site, bundle)
	o.visitAs(site, Arrival{SecFetchMode: "navigate", SecFetchDest: "iframe", SecFetchSite: "same-origin"})
	if got := verdict(o.page(site, o.read(site, "text/html", ownLogin))); got != "pass" {
		t.Errorf("the frame is judged %q; want pass", got)
	}
}

// TestShellIsForgotten: a script of unknown destination is not for a shell that
// was opened some time ago, even if it is of the same host: those who lend
// scripts to everybody have pages too.
func TestShellIsForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := office{t, open(t)}
		o.opens("quiet-river.example", waiting)
		time.Sleep(shellFor)
		for _, host := range []string{"cdn.example", "quiet-river.example"} {
			o.Script(name(t, host), hostname.Name{}, pc1, copied)
			if got := verdict(o.navigate("quiet-river.example")); got != "pass" {
				t.Errorf("after a script of %s it is judged %q; want pass", host, got)
			}
		}
	})
}

// TestWhoseData: data that is a document is the page where the page is nothing
// without it; a page that has something to read shows files and mails.
func TestWhoseData(t *testing.T) {
	t.Parallel()
	const site = "quiet-river.example"
	const data = `{"html":"<title>Amazonサインイン</title><form><label>Eメールまたは携帯電話番号</label><input name=e><input type=password name=p></form><h5>Amazonの新しいお客様ですか？</h5>"}`
	const file = `{"file":{"path":"a.html","rawLines":["<title>Amazonサインイン</title>","<form><label>Eメールまたは携帯電話番号</label>","<input type=password name=p></form>","Amazonの新しいお客様ですか？"]}}`
	for _, test := range []struct{ name, page, data, want, sign string }{
		{"shell, a document", waiting, data, "hold red sign-in-copy", "hold red sign-in-copy"},
		{"page, a document", long(600, ""), data, "pass", "ask amber sign-in-copy"},
		{"shell, the lines of a file", waiting, file, "pass", "ask amber sign-in-copy"},
		{"page, the lines of a file", long(600, ""), file, "pass", "ask amber sign-in-copy"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := office{t, open(t)}
			if got := verdict(o.opens(site, test.page)); got != "pass" {
				t.Fatalf("the page alone is judged %q", got)
			}
			o.Script(name(t, site), name(t, site), pc1, o.read(site, "application/json", test.data))
			if got := verdict(o.navigate(site)); got != test.want {
				t.Errorf("the site is judged %q; want %q", got, test.want)
			}
			if got := verdict(o.submit(site, anySignIn, none)); got != test.sign {
				t.Errorf("a sign-in is judged %q; want %q", got, test.sign)
			}
			if got := verdict(o.submit(site, anySignIn, both)); got[:8] != "hold red" {
				t.Errorf("a protected sign-in is judged %q; want it held", got)
			}
		})
	}
}
