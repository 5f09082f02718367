package proxy_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sekisho/interstitial"
	"sekisho/journal"
	"sekisho/proxy"
)

// What a warning for a held request says of the time before.
const (
	saysNotSent = "The ID and password you entered were not sent."
	saysMaybe   = "Before that, however, something went from this device to this site, or by its pages to another"
	saysEarlier = "Earlier, however, a sign-in went to this site."
)

// plainPage answers everything with a harmless page.
var plainPage = serves{contentType: "text/html; charset=utf-8", pieces: [][]byte{[]byte("<!doctype html><title>lamps</title><p>lamps")}}

// protectedForm is the sign-in of the protected account as a form of the door's site sends it.
func protectedForm(t *testing.T, d door, path string) answer {
	t.Helper()
	header := withHeader(navigation, "Content-Type", formType, "Sec-Fetch-Site", "same-origin", "Origin", d.base)
	form := url.Values{"email": {ownID}, "password": {ownPassword}}.Encode()
	return do(t, d.client, http.MethodPost, d.base+path, header, strings.NewReader(form))
}

// TestSentBeforeHold: a warning for a held sign-in says plainly that it was not sent after
// an ordinary visit, and that something may have been where a page sent words of its own.
func TestSentBeforeHold(t *testing.T) {
	t.Parallel()
	const cdn = "cdn.lamps.example"
	type visit struct {
		t     *testing.T
		l     *lab
		d     door
		other string // base of another site
	}
	own := func(v visit, header map[string]string, pairs ...string) map[string]string {
		return withHeader(withHeader(header, "Sec-Fetch-Site", "same-origin", "Referer", v.d.base+"/login"), pairs...)
	}
	part := func(dest string) map[string]string {
		return map[string]string{"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": dest, "Accept": "*/*"}
	}
	words := withHeader(fetch, "Content-Type", formType)
	open := func(v visit) { get(v.t, v.d.client, v.d.base+"/login", navigation) }
	// read is open, and then time in which somebody may have typed.
	read := func(v visit) { open(v); v.l.proxy.Linger(time.Minute) }
	said := func(v visit, path string, pairs ...string) {
		header := map[string]string{"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,x-csrf-token", "Origin": v.d.base, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
		do(v.t, v.d.client, http.MethodOptions, v.other+path, withHeader(header, pairs...), nil)
	}
	for name, tt := range map[string]struct {
		before func(v visit)
		maybe  bool
	}{
		"nothing": {func(visit) {}, false},
		"a page":  {open, false},
		"a link of a campaign": {func(v visit) {
			get(v.t, v.d.client, v.d.base+"/Login?utm_source=mail&utm_campaign=A1&gclid=Cj0KCQ", withHeader(navigation, "Sec-Fetch-Site", "cross-site", "Referer", "https://news.example/"))
		}, false},
		"a page with what it is made of": {func(v visit) {
			open(v)
			get(v.t, v.d.client, v.d.base+"/css/App.3F2A1c.css?ver=6.6.2", own(v, part("style"), "Cookie", "sid=3f2a"))
			get(v.t, v.d.client, v.d.base+"/js/main.8c1d.js", own(v, part("script"), "Cookie", "sid=3f2a"))
			get(v.t, v.d.client, v.d.base+"/img/LOGO-2x.png?v=1680000000&width=360", own(v, part("image")))
			get(v.t, v.d.client, v.other+"/css2?family=Noto+Sans+JP:wght@400;700&display=swap", withHeader(part("style"), "Sec-Fetch-Site", "cross-site", "Referer", v.d.base+"/"))
			get(v.t, v.d.client, v.other+"/lib-3.7.min.js", withHeader(part("script"), "Sec-Fetch-Site", "cross-site"))
		}, false},
		"a link of its own": {func(v visit) {
			get(v.t, v.d.client, v.d.base+"/?utm_source=X1", withHeader(navigation, "Sec-Fetch-Site", "cross-site"))
			get(v.t, v.d.client, v.d.base+"/account/login", withHeader(navigation, "Sec-Fetch-Site", "same-origin", "Referer", v.d.base+"/?utm_source=X1", "Cookie", "sid=3f2a"))
		}, false},
		"a program's look":                     {func(v visit) { get(v.t, v.d.client, v.d.base+"/Login2", nil) }, false},
		"a page in the clear":                  {func(v visit) { get(v.t, v.d.client, v.d.base+"/Login2", map[string]string{"Accept": "text/html"}) }, false},
		"a question before a script's request": {func(v visit) { read(v); said(v, "/api/v2/signIn") }, false},
		"a question with words in its path":    {func(v visit) { read(v); said(v, "/api/3f2a7b22") }, true},
		"a picture called by many letters": {func(v visit) {
			read(v)
			get(v.t, v.d.client, v.d.base+"/"+strings.Repeat("djdlde", 15)+".png", own(v, part("image")))
		}, true},
		"a link by many letters": {func(v visit) {
			read(v)
			get(v.t, v.d.client, v.d.base+"/"+strings.Repeat("djdlde", 15), own(v, navigation))
		}, true},
		"a question with many letters in its path": {func(v visit) { read(v); said(v, "/api/"+strings.Repeat("djdlde", 15)) }, true},
		"a question with a query":                  {func(v visit) { read(v); said(v, "/api?d=tanuki") }, true},
		"a question about a method of its own":     {func(v visit) { read(v); said(v, "/api", "Access-Control-Request-Method", "TANUKI7") }, true},
		"a question about fields of its own":       {func(v visit) { read(v); said(v, "/api", "Access-Control-Request-Headers", "x-3f2a7b22") }, true},
		"what scripts send while the site is new": {func(v visit) {
			open(v)
			get(v.t, v.d.client, v.d.base+"/api/config?lang=ja&_=1764180000123", own(v, fetch, "Cookie", "sid=3f2a"))
			do(v.t, v.d.client, http.MethodPost, v.d.base+"/graphql", own(v, fetch, "Content-Type", "application/json"), strings.NewReader(`{"operationName":"Me","query":"query Me{me{id}}"}`))
			do(v.t, v.d.client, http.MethodPost, v.other+"/g/collect?v=2&cid=1234567890.1764180000", withHeader(fetch, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Origin", v.d.base), strings.NewReader("en=page_view"))
		}, false},
		"what the next page sends as it opens": {func(v visit) {
			read(v)
			open(v)
			do(v.t, v.d.client, http.MethodPost, v.d.base+"/x", own(v, words), strings.NewReader("zz=3f2a7b22"))
		}, true},
		"the ID in a link": {func(v visit) {
			get(v.t, v.d.client, v.d.base+"/next.html?email="+url.QueryEscape(ownID), own(v, navigation))
		}, true},
		"the ID in a link to another site": {func(v visit) {
			get(v.t, v.d.client, v.other+"/next.html?email="+url.QueryEscape(ownID), withHeader(navigation, "Sec-Fetch-Site", "cross-site", "Referer", v.d.base+"/login"))
		}, true},
		"a form at once": {func(v visit) {
			open(v)
			do(v.t, v.d.client, http.MethodPost, v.d.base+"/x", own(v, navigation, "Content-Type", formType), strings.NewReader("zz=3f2a7b22"))
		}, true},
		"a stream that was opened at once": {func(v visit) {
			open(v)
			do(v.t, v.d.client, http.MethodPost, v.d.base+"/x", own(v, words), io.MultiReader(strings.NewReader("zz="), strings.NewReader("3f2a7b22")))
		}, true},
		"a page that hides, while the other is new": {func(v visit) {
			open(v)
			do(v.t, v.d.client, http.MethodPost, v.other+"/x?zz=3f2a7b22", withHeader(words, "Sec-Fetch-Site", "cross-site", "Origin", "null"), strings.NewReader("zz=3f2a7b22"))
		}, true},
		"a script's words": {func(v visit) {
			read(v)
			do(v.t, v.d.client, http.MethodPost, v.d.base+"/x", own(v, words), strings.NewReader("zz=3f2a7b22"))
		}, true},
		"a script's query": {func(v visit) { read(v); get(v.t, v.d.client, v.d.base+"/x?zz=3f2a7b22", own(v, fetch)) }, true},
		"a letter each":    {func(v visit) { read(v); get(v.t, v.d.client, v.d.base+"/k?c=5.75", own(v, fetch)) }, true},
		"a path each":      {func(v visit) { read(v); get(v.t, v.d.client, v.d.base+"/k/5/75", own(v, fetch)) }, true},
		"a picture with words": {func(v visit) {
			read(v)
			get(v.t, v.d.client, v.d.base+"/p.gif?d=3f2a7b223f2a7b223f2a7b223f2a7b223f2a", own(v, part("image")))
		}, true},
		"a page that leads on with words": {func(v visit) {
			read(v)
			get(v.t, v.d.client, v.d.base+"/next?d=3f2a", own(v, navigation))
		}, true},
		"a page that calls itself by words": {func(v visit) {
			read(v)
			get(v.t, v.d.client, v.d.base+"/next", own(v, navigation, "Referer", v.d.base+"/3f2a7b22"))
		}, true},
		"a form to another site": {func(v visit) {
			read(v)
			do(v.t, v.d.client, http.MethodPost, v.other+"/x", withHeader(words, "Origin", v.d.base), strings.NewReader("zz=3f2a7b22"))
		}, true},
		"another site's page": {func(v visit) {
			read(v)
			do(v.t, v.d.client, http.MethodPost, v.other+"/x", withHeader(words, "Origin", "https://third.example"), strings.NewReader("zz=3f2a7b22"))
		}, false},
		"a page that hides, after it was opened": {func(v visit) { read(v); get(v.t, v.d.client, v.other+"/x?zz=3f2a7b22", fetch) }, true},
		"a page that hides, before":              {func(v visit) { get(v.t, v.d.client, v.other+"/x?zz=3f2a7b22", fetch); open(v) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachAlone(t, plainPage, func(t *testing.T, l *lab, d door) {
				l.protect()
				o := l.Origin([]string{cdn}, plainPage)
				tt.before(visit{t, l, d, https(cdn, o, "")})
				a := protectedForm(t, d, "/x")
				l.checkHeld(t, a, navigation)
				want := map[bool]string{false: saysNotSent, true: saysMaybe}[tt.maybe]
				l.checkWords(t, a.Header.Get("Location"), want, tt.maybe)
				events := l.events(journal.Filter{Host: shop, Action: journal.ActionHold})
				if len(events) != 1 || events[0].Sent == nil || *events[0].Sent {
					t.Errorf("events = %+v; want a request of which nothing was sent", events)
				}
			})
		})
	}
}

// TestSentByItsPage: what the page sent to its own site counts for what it sends to
// another.
func TestSentByItsPage(t *testing.T) {
	t.Parallel()
	eachAlone(t, plainPage, func(t *testing.T, l *lab, d door) {
		l.protect()
		o := l.Origin([]string{"collector.example"}, plainPage)
		do(t, d.client, http.MethodPost, d.base+"/x", withHeader(fetch, "Origin", d.base, "Sec-Fetch-Site", "same-origin", "Content-Type", formType), strings.NewReader("zz=3f2a7b22"))
		form := url.Values{"email": {ownID}, "password": {ownPassword}}.Encode()
		a := do(t, d.client, http.MethodPost, https("collector.example", o, "/"), withHeader(navigation, "Origin", d.base, "Sec-Fetch-Site", "cross-site", "Content-Type", formType), strings.NewReader(form))
		l.checkWords(t, a.Header.Get("Location"), saysMaybe, true)
	})
}

// TestSentBeforeQuestion: the question about a sign-in in two steps claims the second alone,
// and has nobody change the password of another account for it.
func TestSentBeforeQuestion(t *testing.T) {
	t.Parallel()
	for first, want := range map[string]string{
		"":                          "The ID and password in this request have not been sent yet.",
		"login_email=a%40b.example": "The password in this request has not been sent yet. What was entered before it, such as an ID on the page before, may have been sent",
	} {
		eachAlone(t, plainPage, func(t *testing.T, l *lab, d door) {
			header := withHeader(navigation, "Content-Type", formType, "Sec-Fetch-Site", "same-origin")
			if first != "" {
				if a := do(t, d.client, http.MethodPost, d.base+"/x", header, strings.NewReader(first)); a.StatusCode != http.StatusOK {
					t.Fatalf("the first step = %d", a.StatusCode)
				}
			}
			a := do(t, d.client, http.MethodPost, d.base+"/x", header, strings.NewReader("login_pass=Other99pass"))
			l.checkWords(t, a.Header.Get("Location"), want, false)
		})
	}
}

// TestObservedWasSent: a sign-in that went while all was only observed is told of by the
// next warning, whoever meets it, over a restart; so is one that somebody had sent.
func TestObservedWasSent(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *proxy.Options) { o.Settings.Observe = true })
	l.protect()
	d := l.doors(plainPage)[0]
	if a := protectedForm(t, d, "/echo"); a.StatusCode != http.StatusOK {
		t.Fatalf("observed = %d; want it to pass", a.StatusCode)
	}
	l.options.Settings.Observe = false
	l.again(t)
	d.client = l.client()
	get(t, d.client, d.base+"/login", navigation)
	a := protectedForm(t, d, "/x")
	l.checkHeld(t, a, navigation)
	l.checkWords(t, a.Header.Get("Location"), saysEarlier, true)
	l.again(t) // the page of before says so still
	l.checkWords(t, a.Header.Get("Location"), saysEarlier, true)
}

// TestPastWarning: after a restart the page of a held sign-in does not say more than the
// journal does: what went before it is not in there.
func TestPastWarning(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	d := l.doors(plainPage)[0]
	a := protectedForm(t, d, "/x")
	w := page(t, d.client, a)
	l.checkWords(t, a.Header.Get("Location"), saysNotSent, false)
	l.again(t)
	l.checkWords(t, a.Header.Get("Location"), "Whether anything else was sent is not certain", true)
	d.client = l.client()
	if refused := goOn(t, d.client, w, shop); refused.StatusCode != http.StatusForbidden || refused.Header.Get("Sekisho-Error") != "decision-refused" {
		t.Errorf("the button of before the restart = %d, %q", refused.StatusCode, refused.Header.Get("Sekisho-Error"))
	}
	a = protectedForm(t, d, "/x")
	if went := goOn(t, d.client, page(t, d.client, a), shop); went.StatusCode != http.StatusSeeOther {
		t.Fatalf("going on = %d", went.StatusCode)
	}
	if sent := protectedForm(t, d, "/echo"); sent.StatusCode != http.StatusOK {
		t.Fatalf("the sign-in after going on = %d", sent.StatusCode)
	}
	l.again(t)
	l.checkWords(t, a.Header.Get("Location"), "Some or all of what was being sent has reached this site", true)
}

// again restarts the proxy.
func (l *lab) again(t *testing.T) {
	t.Helper()
	l.stop()
	if err := <-l.done; err != nil {
		t.Fatal(err)
	}
	l.serve()
}

// TestPastExercise: the page of an exercise does not ask for a new password after a restart.
func TestPastExercise(t *testing.T) {
	t.Parallel()
	l := start(t)
	c := l.client()
	form := url.Values{"email": {interstitial.DrillID}, "password": {interstitial.DrillSecret}}.Encode()
	a := do(t, c, http.MethodPost, "https://"+interstitial.DrillPassword+"/", withHeader(navigation, "Content-Type", formType), strings.NewReader(form))
	l.checkWords(t, a.Header.Get("Location"), saysNotSent, false)
	l.again(t)
	l.checkWords(t, a.Header.Get("Location"), saysNotSent, false)
}
