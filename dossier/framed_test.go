package dossier

import (
	"testing"
	"testing/synctest"
	"time"

	"sekisho/hostname"
	"sekisho/imitation"
)

// A page that has all of a sign-in but its fields, and what comes for its frame.
const (
	awaitingPage = `<title>Amazonサインイン</title><h1>ログイン</h1><p>Eメールまたは携帯電話番号</p><p>パスワード</p><iframe src=https://fields.invalid/1></iframe>` +
		`<h5>Amazonの新しいお客様ですか？</h5><a>Amazonアカウントを作成</a><footer>© 1996-2026, Amazon.com, Inc. or its affiliates</footer>`
	fieldsAlone  = `<form method=post action=/g><input name=k1><input type=password name=k2></form>`
	fieldsScript = `const p=document.createElement("input");p.type="password";document.body.append(p)`
	emptyFrame   = `<div id=q></div><script src=/f.js></script>`
)

// framed is a document of host in a frame of a page of around.
func (o office) framed(around, host, body string) Judgement {
	o.Helper()
	r := o.read(host, "text/html", body)
	if j := o.page(host, r); j.Do != Pass {
		return j
	}
	return o.Framed(Sender{Document: name(o, around)}, name(o, host), pc1, r)
}

// scriptOf is a script for a document of host that makes fields.
func (o office) scriptOf(host string) Judgement {
	o.Helper()
	r := o.read(host, "text/javascript", fieldsScript)
	if j := o.script(host, host, r); j.Do != Pass {
		return j
	}
	return o.Framed(Sender{Document: name(o, host)}, hostname.Name{}, pc1, r)
}

// TestFieldsBelowAFrameOfAnotherSite: what is in the frame may come later, by a script of
// its own, in the next document, or in a frame in it; and the page may forbid to say whose
// frame it is. The site of the frame is not given away, and free elsewhere.
func TestFieldsBelowAFrameOfAnotherSite(t *testing.T) {
	t.Parallel()
	const evil, other, third = "quiet-river.example", "fields.invalid", "third.invalid"
	const hold, pass = "hold red sign-in-copy", "pass"
	for _, test := range []struct {
		name  string
		after func(o office) Judgement
		want  string
	}{
		{"its script", func(o office) Judgement { return o.scriptOf(other) }, hold},
		{"the document after it", func(o office) Judgement { return o.framed(other, other, fieldsAlone) }, hold},
		{"a frame in it", func(o office) Judgement { return o.framed(other, third, fieldsAlone) }, hold},
		{"a script in a frame in it", func(o office) Judgement {
			o.framed(other, third, emptyFrame)
			return o.scriptOf(third)
		}, hold},
		{"a page that does not say whose frame it is", func(o office) Judgement {
			return o.Framed(Sender{Hidden: true}, name(o, third), pc1, o.read(third, "text/html", fieldsAlone))
		}, hold},
		{"that, a while after it was opened", func(o office) Judgement {
			time.Sleep(shellFor)
			return o.Framed(Sender{Hidden: true}, name(o, third), pc1, o.read(third, "text/html", fieldsAlone))
		}, pass},
		{"a script of the page, from elsewhere", func(o office) Judgement {
			return o.Framed(Sender{Document: name(o, evil)}, hostname.Name{}, pc1, o.read(third, "text/javascript", fieldsScript))
		}, hold},
		{"a script long after", func(o office) Judgement {
			time.Sleep(stepFor)
			return o.scriptOf(other)
		}, pass},
		{"its script, in a frame of another page since", func(o office) Judgement {
			o.framed("shop.example", other, emptyFrame)
			return o.scriptOf(other)
		}, pass},
		{"its script, in a tab since", func(o office) Judgement {
			o.opens(other, emptyFrame)
			return o.scriptOf(other)
		}, pass},
		{"a frame of a page that it does not know", func(o office) Judgement { return o.framed(third, third, fieldsAlone) }, pass},
		{"a script of nobody knows whom", func(o office) Judgement {
			return o.Framed(Sender{}, hostname.Name{}, pc1, imitation.Result{Signs: []string{"script-password"}})
		}, pass},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				o := office{t, open(t)}
				o.opens(evil, awaitingPage)
				if got := verdict(o.framed(evil, other, emptyFrame)); got != pass {
					t.Fatalf("the frame without fields is judged %q", got)
				}
				if got := verdict(test.after(o)); got != test.want {
					t.Errorf("judged %q; want %q", got, test.want)
				}
				for host, want := range map[string]string{evil: test.want, other: pass, third: pass} {
					if got := verdict(o.navigate(host)); got != want {
						t.Errorf("after it %s is judged %q; want %q", host, got, want)
					}
				}
			})
		})
	}
}

// TestNothingButAFrame: a page that is the title of the sign-in and a frame of another site,
// as registrars' forwarding makes them, says what the frame says.
func TestNothingButAFrame(t *testing.T) {
	t.Parallel()
	const evil, other = "quiet-river.example", "fields.invalid"
	const inner = `<form><label>Eメールまたは携帯電話番号</label><input name=a><label>パスワード</label><input type=password name=b></form>`
	for _, test := range []struct{ name, title, inner, want string }{
		{"a copy", "Amazonサインイン", inner, "hold red sign-in-copy"},
		{"another title", "ログイン", inner, "pass"},
		{"somebody's log-in", "Amazonサインイン", `<form><label>メールアドレス</label><input type=email name=a><input type=password name=b></form>`, "pass"},
	} {
		o := office{t, open(t)}
		o.opens(evil, "<title>"+test.title+"</title><iframe src=https://fields.invalid/l.php></iframe>")
		if got := verdict(o.framed(evil, other, test.inner)); got != test.want {
			t.Errorf("%s: judged %q; want %q", test.name, got, test.want)
		}
		if got := verdict(o.navigate(other)); got != "pass" {
			t.Errorf("%s: after it the site of the frame is judged %q", test.name, got)
		}
	}
}
