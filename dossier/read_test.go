package dossier

import (
	"net/http"
	"testing"

	"sekisho/hostname"
	"sekisho/imitation"
)

// read has imitation read a body, as the proxy does.
func (o office) read(host, mediaType, body string) imitation.Result {
	o.Helper()
	s := imitation.Watch(imitation.Response{
		Host: name(o, host), Target: "/", Status: http.StatusOK, Header: http.Header{"Content-Type": {mediaType}},
	})
	if s == nil {
		o.Fatalf("%s is not read", mediaType)
	}
	if _, err := s.Write([]byte(body)); err != nil {
		o.Fatal(err)
	}
	return s.Close()
}

// opens visits a page of host, whose document is body.
func (o office) opens(host, body string) Judgement {
	o.Helper()
	o.visitAs(host, Arrival{SecFetchMode: "navigate", SecFetchDest: "document", SecFetchSite: "none"})
	return o.page(host, o.read(host, "text/html; charset=utf-8", body))
}

// loads reads a script of host for a document.
func (o office) loads(host, document, body string) Judgement {
	o.Helper()
	return o.script(host, document, o.read(host, "text/javascript", body))
}

// Pieces of pages, of which no single one is a copy.
const (
	shell    = `<!doctype html><title>Amazonサインイン</title><div id="root"></div><script src="/app.js"></script>`
	wordings = `export const t={a:"Eメールまたは携帯電話番号",b:"次に進む",c:"ログイン",d:"パスワード",e:"© 1996-2025, Amazon.com, Inc. or its affiliates"};`
	words    = `export const t={a:"Eメールまたは携帯電話番号",b:"次に進む",c:"パスワードを忘れた場合",d:"ログインしたままにする"};`
	form     = `export function F(){return h("form",{name:"signIn"},h("input",{id:"ap_email",name:"email"}),h("input",{id:"ap_password",type:"password",name:"password"}))}`
	fields   = `const ids={a:"ap_email"};const F=()=>h("input",{type:"password"})`
	ownLogin = `<!doctype html><title>ログイン | 小さな店</title><form method="post"><input name="email" type="email"><input name="password" type="password"><button>ログイン</button></form>`
	quoted   = `<!doctype html><title>Amazonサインイン</title><p>Eメールまたは携帯電話番号 次に進む © 1996-2025, Amazon.com, Inc. or its affiliates パスワードを忘れた場合</p>`
	article  = `<!doctype html><title>偽サイトの見分け方</title><p>Amazonを装う偽のサインイン画面には「Eメールまたは携帯電話番号」「次に進む」と書かれ、下には「© 1996-2025, Amazon.com, Inc. or its affiliates」とあります。</p>`
)

// TestPiecesOfOneDocument: a shell and its scripts are weighed together, the
// pages of one site are not.
func TestPiecesOfOneDocument(t *testing.T) {
	t.Parallel()
	const evil, cdn, shop = "quiet-river.example", "static.cdn.example", "small-shop.example"
	t.Run("shell and two scripts", func(t *testing.T) {
		t.Parallel()
		o := office{t, open(t)}
		if got := verdict(o.opens(evil, shell)); got != "pass" {
			t.Fatalf("the shell alone is judged %q", got)
		}
		if r := o.read(cdn, "text/javascript", wordings); r.Grade >= imitation.Copy {
			t.Fatal("the wording alone is a copy; the case shows nothing")
		}
		o.loads(cdn, evil, wordings)
		o.loads(cdn, evil, form)
		for host, want := range map[string]string{evil: "hold red sign-in-copy", "www." + evil: "hold red sign-in-copy", cdn: "pass"} {
			if got := verdict(o.navigate(host)); got != want {
				t.Errorf("%s is judged %q; want %q", host, got, want)
			}
		}
	})
	t.Run("the same scripts, nobody's document", func(t *testing.T) {
		t.Parallel()
		o := office{t, open(t)}
		o.loads(cdn, cdn, wordings)
		o.loads(cdn, cdn, form)
		if got := verdict(o.navigate(cdn)); got != "pass" {
			t.Errorf("the host of scripts is judged %q", got)
		}
	})
	t.Run("a shop's sign-in and its article", func(t *testing.T) {
		t.Parallel()
		o := office{t, open(t)}
		for range 3 {
			for _, body := range []string{ownLogin, article} {
				if got := verdict(o.opens(shop, body)); got != "pass" {
					t.Fatalf("judged %q", got)
				}
			}
		}
		if got := verdict(o.submit(shop, anySignIn, none)); got != "ask amber unfamiliar-sign-in" {
			t.Errorf("its sign-in is judged %q", got)
		}
		o.Passed(name(t, shop))
		if got := verdict(o.submit(shop, anySignIn, none)); got != "pass" {
			t.Errorf("gone on, its sign-in is judged %q", got)
		}
		if got := verdict(o.submit(shop, anySignIn, passOnly)); got != "hold red protected-password" {
			t.Errorf("with a protected password it is judged %q", got)
		}
	})
	t.Run("a shop's sign-in and its article, over plain http", func(t *testing.T) {
		t.Parallel()
		o := office{t, open(t)}
		for range 3 {
			for _, body := range []string{quoted, ownLogin} {
				o.visitAs(shop, Arrival{})
				if got := verdict(o.page(shop, o.read(shop, "text/html", body))); got != "pass" {
					t.Fatalf("judged %q", got)
				}
			}
		}
	})
	t.Run("a frame belongs to the document around it", func(t *testing.T) {
		t.Parallel()
		o := office{t, open(t)}
		o.opens(evil, shell)
		o.visitAs(evil, Arrival{SecFetchMode: "navigate", SecFetchDest: "iframe", SecFetchSite: "same-origin"})
		o.page(evil, o.read(evil, "text/html", ownLogin))
		o.loads(cdn, evil, words)
		if got := verdict(o.navigate(evil)); got != "hold red sign-in-copy" {
			t.Errorf("judged %q", got)
		}
		// It is the title of the outer document that makes the words a copy.
		o.opens("other.example", ownLogin)
		o.loads(cdn, "other.example", words)
		if got := verdict(o.navigate("other.example")); got != "pass" {
			t.Errorf("without the outer document it is judged %q", got)
		}
	})
}

// TestFieldsInAFrame: a copy whose fields stand in a frame is known when the frame
// comes, and it is the frame that is held; a quotation beside such a log-in is none.
func TestFieldsInAFrame(t *testing.T) {
	t.Parallel()
	const evil = "quiet-river.example"
	const fields = `<form method=post action=/g><input name=k1><input type=password name=k2></form>`
	const foot = `<h5>Amazonの新しいお客様ですか？</h5><a>Amazonアカウントを作成</a><footer>© 1996-2026, Amazon.com, Inc. or its affiliates</footer>`
	for _, test := range []struct{ name, body, frame, after string }{
		{"copy", `<title>Amazonサインイン</title><h1>ログイン</h1><p>Eメールまたは携帯電話番号</p><p>パスワード</p><iframe src=/1></iframe>` + foot, "hold red sign-in-copy", "hold red sign-in-copy"},
		{"a frame that a script puts there, under the title", `<title>Amazonサインイン</title><h1>ログイン</h1><p>Eメールまたは携帯電話番号</p>` + foot, "hold red sign-in-copy", "hold red sign-in-copy"},
		{"no frame among the words", `<title>Amazonの画面</title><h1>ログイン</h1><p>Eメールまたは携帯電話番号</p>` + foot, "pass", "pass"},
		{"quotation in a list", `<title>Amazonの画面</title><iframe src=/1></iframe><ul><li>Eメールまたは携帯電話番号<li>` + foot + `</ul>`, "pass", "pass"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := office{t, open(t)}
			if got := verdict(o.opens(evil, test.body)); got != "pass" {
				t.Fatalf("the document is judged %q", got)
			}
			o.visitAs(evil, Arrival{SecFetchMode: "navigate", SecFetchDest: "iframe", SecFetchSite: "same-origin"})
			if got := verdict(o.page(evil, o.read(evil, "text/html", fields))); got != test.frame {
				t.Errorf("the frame is judged %q; want %q", got, test.frame)
			}
			if got := verdict(o.navigate(evil)); got != test.after {
				t.Errorf("after it the site is judged %q; want %q", got, test.after)
			}
		})
	}
}

// TestFieldsInAFrameOfAnotherSite: so is one whose fields come from another site. That site
// is not given away by the page around its log-in.
func TestFieldsInAFrameOfAnotherSite(t *testing.T) {
	t.Parallel()
	const (
		evil, other = "quiet-river.example", "fields.invalid"
		fields      = `<form method=post action=/g><input name=k1><input type=password name=k2></form>`
		foot        = `<h5>Amazonの新しいお客様ですか？</h5><a>Amazonアカウントを作成</a><footer>© 1996-2026, Amazon.com, Inc. or its affiliates</footer>`
		words       = `<title>Amazonサインイン</title><h1>ログイン</h1><p>Eメールまたは携帯電話番号</p><p>パスワード</p><iframe src=https://fields.invalid/1></iframe>` + foot
		scripted    = `<title>Amazonサインイン</title><h1>ログイン</h1><div id=q></div><script src=/c.js></script>` + foot
		later       = `<title>ログイン</title><h1>ログイン</h1><iframe id=q></iframe><p>続行することで、Amazonの利用規約およびプライバシー規約に同意するものとみなされます。</p>` + foot + `<script>q.src="https://fields.invalid/1"</script>`
	)
	for _, test := range []struct{ name, body, around, frame, want string }{
		{"copy", words, evil, fields, "hold red sign-in-copy"},
		{"a frame that a script makes", scripted, evil, fields, "hold red sign-in-copy"},
		{"a frame that gets its address later", later, evil, fields, "hold red sign-in-copy"},
		{"fields that its script makes", words, evil, `<div id=q></div><script>var p=document.createElement("input");p.type="password";q.append(p)</script>`, "hold red sign-in-copy"},
		{"a code that its script asks for", words, evil, `<div id=q></div><script>var p=document.createElement("input");p.autocomplete="one-time-code";q.innerHTML='<input autocomplete="one-time-code">'</script>`, "hold red sign-in-copy"},
		{"the first step, under Amazon's own label", words, evil, `<form><label>Eメールまたは携帯電話番号</label><input name=k1></form>`, "hold red sign-in-copy"},
		{"a first step of others", words, evil, `<form><label>メールアドレス</label><input type=email name=k1></form>`, "pass"},
		{"a new password", words, evil, `<input type=password autocomplete=new-password name=k>`, "hold red sign-in-copy"},
		{"a code", words, evil, `<input autocomplete=one-time-code name=k>`, "hold red sign-in-copy"},
		{"no fields", words, evil, `<input name=q>`, "pass"},
		{"no fields in one that a script makes", scripted, evil, `<input name=q>`, "pass"},
		{"a page with a script that quotes", `<title>Amazonの画面</title><ul><li>Eメールまたは携帯電話番号<li>` + foot + `</ul><script src=/a.js></script>`, evil, fields, "pass"},
		{"a mail with a script", `<title>Amazonプライム会員の更新</title><p>お支払い方法に問題があります</p><a>お支払い方法を更新する</a><p>© 1996-2026, Amazon.com, Inc. or its affiliates</p><script src=/a.js></script>`, evil, fields, "pass"},
		{"a frame of another page", words, "third.example", fields, "pass"},
		{"nobody says of which", words, "", fields, "pass"},
		{"no frame among the words", `<title>Amazonサインイン</title><h1>ログイン</h1><p>Eメールまたは携帯電話番号</p>` + foot, evil, fields, "pass"},
		{"a quotation", `<title>Amazonの画面</title><iframe src=https://fields.invalid/1></iframe><ul><li>Eメールまたは携帯電話番号<li>` + foot + `</ul>`, evil, fields, "pass"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := office{t, open(t)}
			if got := verdict(o.opens(evil, test.body)); got != "pass" {
				t.Fatalf("the document is judged %q", got)
			}
			frame := o.read(other, "text/html", test.frame)
			if got := verdict(o.page(other, frame)); got != "pass" {
				t.Fatalf("the document in the frame is judged %q", got)
			}
			var around hostname.Name
			if test.around != "" {
				around = name(o, test.around)
			}
			if got := verdict(o.Framed(Sender{Document: around}, name(o, other), pc1, frame)); got != test.want {
				t.Errorf("the frame is judged %q; want %q", got, test.want)
			}
			if got := verdict(o.navigate(evil)); got != test.want {
				t.Errorf("after it the site is judged %q; want %q", got, test.want)
			}
			if got := verdict(o.navigate(other)); got != "pass" {
				t.Errorf("after it the other site is judged %q; want pass", got)
			}
		})
	}
}

// TestFieldsInOneOfManyFrames: a page that is frames and a title, of which others have the
// words and one of another site the fields.
func TestFieldsInOneOfManyFrames(t *testing.T) {
	t.Parallel()
	const evil = "quiet-river.example"
	for title, want := range map[string]string{"Amazonサインイン": "hold red sign-in-copy", "社内ポータル": "pass"} {
		o := office{t, open(t)}
		o.opens(evil, "<title>"+title+"</title><frameset rows=*,*,*><frame src=/top><frame src=https://fields.invalid/1><frame src=/bot></frameset>")
		o.visitAs(evil, Arrival{SecFetchMode: "navigate", SecFetchDest: "frame", SecFetchSite: "same-origin"})
		o.page(evil, o.read(evil, "text/html", `<h1>ログイン</h1><img src=l.png alt=Amazon>`))
		o.page(evil, o.read(evil, "text/html", `<p>続行することで、Amazonの利用規約およびプライバシー規約に同意するものとみなされます。</p><h5>Amazonの新しいお客様ですか？</h5><a>Amazonアカウントを作成</a><footer>© 1996-2026, Amazon.com, Inc. or its affiliates</footer>`))
		frame := o.read("fields.invalid", "text/html", `<form method=post action=/g><input name=k1><input type=password name=k2></form>`)
		if got := verdict(o.Framed(Sender{Document: name(o, evil)}, name(o, "fields.invalid"), pc1, frame)); got != want {
			t.Errorf("%s: the frame is judged %q; want %q", title, got, want)
		}
	}
}

// TestSignsCanBeKept holds the names of signs to the form that the file takes.
func TestSignsCanBeKept(t *testing.T) {
	t.Parallel()
	o := office{t, open(t)}
	r := o.read("x.example", "text/html", `<form name="signIn"><input name="appActionToken" value="x"><input id="ap_email" name="email"><input id="ap_password" type="password" name="password"></form>`)
	if r.Grade != imitation.Copy || len(r.Signs) < 3 {
		t.Fatalf("read %+v; want a copy", r)
	}
	for _, sign := range r.Signs {
		if !plain(sign) {
			t.Errorf("sign %q is left out of the file", sign)
		}
	}
}
