package dossier

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"sekisho/guard"
)

// posts is what a request by a page of document to host is judged, nobody's account being
// protected.
func (o office) posts(document, host, target, media, body string) Judgement {
	o.Helper()
	sender := Sender{Document: name(o, document)}
	h := guard.Head{Host: name(o, host), Method: "POST", Target: target, Header: http.Header{"Content-Type": {media}}}
	f := guard.Inspect(h, []byte(body), true, o.HintsFrom(sender, name(o, host), pc1))
	defer f.Wipe()
	return o.SubmitFrom(sender, name(o, host), pc1, f, none)
}

const (
	formMedia = "application/x-www-form-urlencoded"
	jsonMedia = "application/json"
)

// TestFormOfData: what a form that comes as data calls its password is known by when it
// is sent, whatever the labels are and whoever is named there.
func TestFormOfData(t *testing.T) {
	t.Parallel()
	const (
		site   = "quiet-river.example"
		fields = `"fields":[{"label":"メールアドレス","name":"f1","type":"text"},{"label":"パスワード","name":"f2","type":"password"}]`
		plain  = `{"page":{"title":"ログイン",` + fields + `}}`
		amazon = `{"page":{"title":"Amazonサインイン",` + fields + `,"terms":"続行することで、Amazonの利用規約およびプライバシー規約に同意するものとみなされます。","footer":"© 1996-2026, Amazon.com, Inc. or its affiliates"}}`
		form   = "f1=tanaka%40shop-mail.jp&f2=Kaeru-4417x"
		object = `{"f1":"tanaka@shop-mail.jp","f2":"Kaeru-4417x"}`
	)
	for _, test := range []struct{ name, data, media, body, want string }{
		{"a form", plain, formMedia, form, "ask amber unfamiliar-sign-in"},
		{"JSON", plain, jsonMedia, object, "ask amber unfamiliar-sign-in"},
		{"a form under Amazon's name", amazon, formMedia, form, "ask amber sign-in-copy"},
		{"JSON under Amazon's name", amazon, jsonMedia, object, "ask amber sign-in-copy"},
		{"another field of it", plain, jsonMedia, `{"f1":"tanaka@shop-mail.jp"}`, "pass"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := office{t, open(t)}
			if got := verdict(o.opens(site, waiting)); got != "pass" {
				t.Fatalf("the page is judged %q", got)
			}
			if got := verdict(o.script(site, site, o.read(site, jsonMedia, test.data))); got != "pass" {
				t.Fatalf("the data is judged %q", got)
			}
			if got := verdict(o.posts(site, site, "/login.php", test.media, test.body)); got != test.want {
				t.Errorf("got %q; want %q", got, test.want)
			}
		})
	}
}

// TestFormForAnotherSite: what a page calls its fields is known wherever it sends them, in
// the body, and of no other field of a site that it merely reports to.
func TestFormForAnotherSite(t *testing.T) {
	t.Parallel()
	const (
		site, other = "quiet-river.example", "other.invalid"
		page        = `<form action="https://other.invalid/x" method="post"><input type="email" name="f1"><input type="password" name="f2"></form>`
		own         = `<form><input name="f7"><input type="password" name="f8"></form>`
	)
	for _, test := range []struct{ name, there, target, body, want string }{
		{"its form", "", "/x", "f1=tanaka%40shop-mail.jp&f2=Kaeru-4417x", "ask amber unfamiliar-sign-in"},
		{"its form, where another is", own, "/x", "f1=tanaka%40shop-mail.jp&f2=Kaeru-4417x", "ask amber unfamiliar-sign-in"},
		{"the form of the other", own, "/x", "f7=tanaka%40shop-mail.jp&f8=Kaeru-4417x", "ask amber unfamiliar-sign-in"},
		{"what a script makes of it", "", "/x", "f3=tanaka%40shop-mail.jp&f4=Kaeru-4417x", "ask amber unfamiliar-sign-in"},
		{"something else", "", "/x", "f3=tanaka%40shop-mail.jp&plan=Standard-2", "pass"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := office{t, open(t)}
			if test.there != "" {
				o.opens(other, test.there)
			}
			o.opens(site, page)
			if got := verdict(o.posts(site, other, test.target, formMedia, test.body)); got != test.want {
				t.Errorf("got %q; want %q", got, test.want)
			}
		})
	}
	o := office{t, open(t)}
	o.opens(site, page)
	h := guard.Head{Host: name(t, other), Method: "GET", Target: "/pixel?f2=Kaeru-4417x"}
	f := guard.Inspect(h, nil, true, o.HintsFrom(Sender{Document: name(t, site)}, name(t, other), pc1))
	if f.Act != guard.Nothing {
		t.Errorf("a picture of the other site: act %v", f.Act)
	}
}

// TestDrawnForm: where a page or a script has a field for a password, an ID with one value of a
// password's looks is asked about whatever they are called, once; and nothing else that
// such a site sends.
func TestDrawnForm(t *testing.T) {
	t.Parallel()
	const (
		site  = "quiet-river.example"
		react = `function V(){return(0,n.jsxs)("form",{children:[(0,n.jsx)("label",{children:"メールアドレス"}),(0,n.jsx)("input",{value:e}),(0,n.jsx)("label",{children:"パスワード"}),(0,n.jsx)("input",{type:"password",value:p})]})}`
		plain = `const e=React.createElement;e("div",null,"お知らせ")`
		body  = `{"data1":"tanaka@shop-mail.jp","data2":"Kaeru-4417x"}`
		asked = "ask amber unfamiliar-sign-in"
	)
	for _, test := range []struct{ name, page, script, body, want string }{
		{"React", waiting, react, body, asked},
		{"Vue", waiting, `const _h={type:"password",placeholder:"パスワード"};return o(),r("input",m(_h,{"onUpdate:modelValue":t[0]||(t[0]=e=>p.value=e)}),null,16)`, body, asked},
		{"Svelte", waiting, `function c(){n=e("input"),a(n,"type","password"),a(n,"placeholder","パスワード")}`, body, asked},
		{"Angular", waiting, `i.j41(4,"input",["type","password","formControlName","b"])`, body, asked},
		{"jQuery", waiting, "$('#app').html('<input id=\"b\" type=\"password\">')", body, asked},
		{"a button that shows the letters", waiting, `h("input",{type:s?"text":"password"})`, body, asked},
		{"in the page itself", `<!doctype html><title>ログイン</title><div id=app></div><script>` + react + `</script>`, plain, body, asked},
		{"a field of another name", `<!doctype html><title>ログイン</title><form><input name=email><input type="password" name=password></form>`, plain, body, asked},
		{"the same, and a newsletter", `<!doctype html><title>ログイン</title><form><input name=email><input type="password" name=password></form>`, plain, `{"email":"tanaka@shop-mail.jp","plan":"Standard-2"}`, "pass"},
		{"a field without a name", `<!doctype html><title>ログイン</title><input><input type="password">`, plain, body, asked},
		{"by a login", waiting, react, `{"username":"tanaka1","x":"kaeru4417"}`, asked},
		{"no such script", waiting, plain, body, "pass"},
		{"a newsletter", waiting, react, `{"email":"tanaka@shop-mail.jp","plan":"Standard-2"}`, "pass"},
		{"a letter", waiting, react, `{"email":"tanaka@shop-mail.jp","m":"料金プランについて教えてください"}`, "pass"},
		{"a coupon", waiting, react, `{"mail":"tanaka@shop-mail.jp","coupon":"WINTER26"}`, "pass"},
		{"a draft", waiting, react, `{"title":"Nabe-2026x","body":"tanaka@shop-mail.jp"}`, "pass"},
		{"settings", waiting, react, `{"theme":"Dark-2","lang":"ja"}`, "pass"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := office{t, open(t)}
			o.opens(site, test.page)
			o.script(site, site, o.read(site, "text/javascript", test.script))
			if got := verdict(o.posts(site, site, "/api/x", jsonMedia, test.body)); got != test.want {
				t.Errorf("got %q; want %q", got, test.want)
			}
			if test.want == "pass" {
				return
			}
			if got := verdict(o.posts(site, "other.invalid", "/api/x", jsonMedia, test.body)); got != test.want {
				t.Errorf("for another site: got %q; want %q", got, test.want)
			}
			if got := verdict(o.posts("other.invalid", "other.invalid", "/api/x", jsonMedia, test.body)); got != "pass" {
				t.Errorf("by a page of another site: got %q", got)
			}
			o.Passed(name(t, site))
			if got := verdict(o.posts(site, site, "/api/x", jsonMedia, test.body)); got != "pass" {
				t.Errorf("once more: got %q", got)
			}
			if got := verdict(o.posts(site, "other.invalid", "/api/x", jsonMedia, test.body)); got != "pass" {
				t.Errorf("for another site, once more: got %q", got)
			}
		})
	}
}

// TestDrawnUnderAmazonsName: what Amazon's terms and line of copyright make of a page by
// themselves is no sign-in of what has an address; the form of one is.
func TestDrawnUnderAmazonsName(t *testing.T) {
	t.Parallel()
	const (
		site   = "quiet-river.example"
		bundle = `h("form",{},h("label",{},"メールアドレス"),h("input"),h("input",{type:"password"}),h("p",{},"続行することで、Amazonの利用規約およびプライバシー規約に同意するものとみなされます。"),h("p",{},"© 1996-2026, Amazon.com, Inc. or its affiliates"))`
	)
	for body, want := range map[string]string{
		`{"email":"tanaka@shop-mail.jp","b":"Kaeru-4417x"}`:        "ask amber sign-in-copy",
		`{"login":"tanaka@shop-mail.jp","code":"Kaeru-4417x"}`:     "ask amber sign-in-copy",
		`{"email":"tanaka@shop-mail.jp","plan":"Standard-2"}`:      "pass",
		`{"email":"tanaka@shop-mail.jp","invite":"Ab3-99Kd"}`:      "pass",
		`{"email":"tanaka@shop-mail.jp","m":"いつ届きますか"}`:            "pass",
		`{"user":"tanaka@shop-mail.jp","p":"/login","s":"k3J9x2"}`: "pass",
	} {
		o := office{t, open(t)}
		o.opens(site, waiting)
		o.script(site, site, o.read(site, "text/javascript", bundle))
		if got := verdict(o.posts(site, site, "/api/x", jsonMedia, body)); got != want {
			t.Errorf("%s: got %q; want %q", body, got, want)
		}
	}
}

// TestDrawnLately: what a script drew counts for a week.
func TestDrawnLately(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := office{t, open(t)}
		o.opens("quiet-river.example", "<input type=password>")
		for _, want := range []bool{true, false} {
			if got := o.Hints(name(t, "quiet-river.example"), pc1).Drawn; got != want {
				t.Errorf("got %v; want %v", got, want)
			}
			time.Sleep(freshFor)
		}
	})
}
