package dossier

import (
	"net/http"
	"testing"

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
		{"something else", "", "/x", "f3=tanaka%40shop-mail.jp&f4=Kaeru-4417x", "pass"},
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
