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
		{"its form under other names", "", "/x", "f3=tanaka%40shop-mail.jp&f4=Kaeru-4417x", "ask amber unfamiliar-sign-in"},
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

// TestOtherNames: what a page calls the field for its password is not what its script calls
// it when it sends it. A page that asks for none to sign in with is not meant, nor is what
// else a site sends whose every page has a log-in at its head.
func TestOtherNames(t *testing.T) {
	t.Parallel()
	const (
		site   = "quiet-river.example"
		header = `<!doctype html><title>お知らせ</title><header><form action=/login method=post><input name=email><input type=password name=password></form></header>`
		body   = `{"u":"tanaka@shop-mail.jp","p":"Kaeru-4417x"}`
		asked  = "ask amber unfamiliar-sign-in"
		mail   = `{"email":"tanaka@shop-mail.jp",`
	)
	for _, test := range []struct{ page, target, media, body, want string }{
		{header, "/api/c", jsonMedia, body, asked},
		{header, "/api/c", formMedia, "a=tanaka%40shop-mail.jp&b=Kaeru-4417x", asked},
		{header, "/api/c", jsonMedia, `["tanaka@shop-mail.jp","Kaeru-4417x"]`, asked},
		{header, "/api/c", jsonMedia, `{"v":["tanaka@shop-mail.jp","Kaeru-4417x"]}`, asked},
		{header, "/ws/?EIO=4&transport=polling", "text/plain;charset=UTF-8", `42["login",{"f":"login","v":["tanaka@shop-mail.jp","Kaeru-4417x"]}]`, asked},
		{header, "/api/c", "text/plain", "tanaka@shop-mail.jp,Kaeru-4417x", asked},
		{`<title>登録</title><form><input name=email><input type=password name=p1><input type=password name=p2></form>`, "/api/c", jsonMedia, body, "pass"},
		{`<title>登録</title><form><input name=email><input type=password name=p autocomplete=new-password></form>`, "/api/c", jsonMedia, body, "pass"},
		{`<title>変更</title><form><input type=password name=old autocomplete=current-password><input type=password name=p autocomplete=new-password></form>`, "/api/c", jsonMedia, body, "pass"},
		{`<title>メール設定</title><form><input name=smtp_user><input type=password name=smtp_password></form>`, "/api/c", jsonMedia, body, "pass"},
		{`<title>お知らせ</title><form><input name=q></form>`, "/api/c", jsonMedia, body, "pass"},
		{header, "/subscribe", jsonMedia, mail + `"coupon":"Winter-26a"}`, "pass"},
		{header, "/api/join", jsonMedia, mail + `"c":"WINTER26"}`, "pass"},
		{header, "/search", formMedia, "q=Nabe-2026x&by=tanaka%40shop-mail.jp", "pass"},
		{header, "/collect", jsonMedia, `{"uid":"tanaka@shop-mail.jp","ev":"Add-to-Cart2"}`, "pass"},
		{header, "/collect", jsonMedia, `{"distinct_id":"tanaka@shop-mail.jp","event":"$identify","token":"phc_ab12CD34ef56"}`, "pass"},
		{header, "/forgot", formMedia, "email=tanaka%40shop-mail.jp&_csrf=k3J9-xq22Lm0", "pass"},
		{header, "/contact", jsonMedia, mail + `"message":"Kaeru-2026x"}`, "pass"},
		{header, "/api/rv", jsonMedia, mail + `"g-recaptcha-response":"03AFcWeA5kL9q2Zx7Vb1Nm4Pp0Rt6Yu3"}`, "pass"},
		{header, "/draft", jsonMedia, `{"to":["tanaka@shop-mail.jp"],"subject":"Nabe-2026x"}`, "pass"},
		{header, "/ws/?EIO=4&transport=polling", "text/plain", `42["message",{"to":"tanaka@shop-mail.jp","text":"Kaeru-22x"}]`, "pass"},
		{header, "/ws/?EIO=4&transport=polling", "text/plain", `42["join",{"room":"Sales-22x","user":"tanaka@shop-mail.jp"}]`, "pass"},
		{header, "/api/7/envelope/", "text/plain", "{\"event_id\":\"9ec79c33ec9942ab8353589fcb2e04dc\"}\n{\"type\":\"event\"}\n{\"user\":{\"email\":\"tanaka@shop-mail.jp\"},\"release\":\"Web-1.2.3\"}", "pass"},
		{header, "/track", formMedia, "email=tanaka%40shop-mail.jp&order=JP-4417-x", "pass"},
		{header, "/invite", jsonMedia, `{"emails":["tanaka@shop-mail.jp"],"team":"Sales-22x"}`, "pass"},
		{header, "/waitlist", jsonMedia, mail + `"ref":"Ab3-99Kd"}`, "pass"},
		{header, "/warranty", jsonMedia, mail + `"sn":"SN12ab34cd"}`, "pass"},
		{header, "/rows", jsonMedia, `{"values":[["tanaka@shop-mail.jp","Gold-2026"]]}`, "pass"},
		{header, "/comments", formMedia, "email=tanaka%40shop-mail.jp&author=Tanaka-22&comment=Kaeru-4417x", "pass"},
	} {
		o := office{t, open(t)}
		o.opens(site, test.page)
		if got := verdict(o.posts(site, site, test.target, test.media, test.body)); got != test.want {
			t.Errorf("%s on %s: got %q; want %q", test.body, test.page, got, test.want)
		}
		if test.want == asked {
			if got := verdict(o.posts("other.invalid", "other.invalid", test.target, test.media, test.body)); got != "pass" {
				t.Errorf("%s at another site: got %q", test.body, got)
			}
			o.Passed(name(t, site))
			if got := verdict(o.posts(site, site, test.target, test.media, test.body)); got != "pass" {
				t.Errorf("%s once more: got %q", test.body, got)
			}
		}
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
			if got := o.Hints(name(t, "quiet-river.example"), pc1).Prompts; got != want {
				t.Errorf("got %v; want %v", got, want)
			}
			time.Sleep(freshFor)
		}
	})
}
