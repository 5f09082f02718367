package proxy_test

import (
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sekisho/journal"
)

// sessionCookie is what setter sets.
const sessionCookie = "sid=Qx81Zp0"

// setter is plainPage, but for /session, which sets a cookie, /signin, which has a sign-in, and
// /kept, which the browser has.
var setter = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	switch r.URL.Path {
	case "/kept":
		w.WriteHeader(http.StatusNotModified)
		return
	case "/session":
		w.Header().Set("Content-Type", "image/png")
		w.Header().Add("Set-Cookie", "lang=ja; Path=/")
		w.Header().Add("Set-Cookie", sessionCookie+"; Path=/; HttpOnly")
	case "/signin":
		_, _ = w.Write([]byte("<!doctype html><title>lamps</title><form method=post><input name=a><input name=b type=password></form>"))
		return
	}
	_, _ = w.Write([]byte("<!doctype html><title>lamps</title><p>lamps"))
})

// tab is a browser's, on pages of a site.
type tab struct {
	t           *testing.T
	l           *lab
	client      *http.Client
	base, other string // the site, and another
}

func (v tab) get(url string, header map[string]string) { get(v.t, v.client, url, header) }

// own are the fields of a request by a page of the site.
func (v tab) own(header map[string]string, pairs ...string) map[string]string {
	return withHeader(withHeader(header, "Sec-Fetch-Site", "same-origin", "Referer", v.base+"/login"), pairs...)
}

// waits is time in which somebody may type.
func (v tab) waits() { v.l.proxy.Linger(time.Minute) }

// TestBrought: a warning does not say plainly that nothing was sent where a page can have
// brought what was typed to the site in a cookie, a name or the address of the next page.
func TestBrought(t *testing.T) {
	t.Parallel()
	const partner = "partner.example"
	part := func(dest string) map[string]string {
		return map[string]string{"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": dest, "Accept": "*/*"}
	}
	for name, tt := range map[string]struct {
		before func(v tab)
		maybe  bool
	}{
		"cookies that came with the visit, and are counted up": {func(v tab) {
			v.get(v.base+"/", withHeader(navigation, "Sec-Fetch-Site", "none", "Cookie", "sid=Xy3f2a7b22"))
			v.get(v.base+"/p.png", v.own(part("image"), "Cookie", "sid=Xy3f2a7b22; _ga_AB12=GS2.1.s1764180000$o9$g1$t1764180000$j60"))
			v.waits()
			v.get(v.base+"/login", v.own(navigation, "Cookie", "sid=Xy3f2a7b22; _ga_AB12=GS2.1.s1764180000$o10$g1$t1764180060$j9"))
		}, false},
		"cookies by a click": {func(v tab) {
			v.get(v.base+"/login", navigation)
			v.waits()
			v.get(v.base+"/login", v.own(navigation, "Cookie", "cookie_consent=accepted; AlertBoxClosed=2026-11-26T09:30:00.123Z; lang=ja; seen=1764180000123"))
		}, false},
		"a cookie that the site set": {func(v tab) {
			v.get(v.base+"/login", navigation)
			v.waits()
			v.get(v.base+"/session", v.own(part("image")))
			v.get(v.base+"/login", v.own(navigation, "Cookie", sessionCookie))
		}, false},
		"a page that the browser had": {func(v tab) {
			v.get(v.base+"/kept", withHeader(navigation, "If-None-Match", "a", "Cookie", "sid=Xy3f2a7b22"))
			v.get(v.base+"/api/config?lang=ja&_=1764180000123", v.own(fetch, "Cookie", "sid=Xy3f2a7b22"))
			v.get(v.base+"/login", v.own(navigation, "Cookie", "sid=Xy3f2a7b22"))
		}, false},
		"a cookie that the page set": {func(v tab) {
			v.get(v.base+"/login", navigation)
			v.waits()
			v.get(v.base+"/login", v.own(navigation, "Cookie", "t=3f2a7b22"))
		}, true},
		"a cookie that the page set, and a reload": {func(v tab) {
			v.get(v.base+"/login", navigation)
			v.waits()
			v.get(v.base+"/login", withHeader(navigation, "Sec-Fetch-Site", "none", "Cookie", "t=3f2a7b22"))
		}, true},
		"an address in a cookie": {func(v tab) {
			v.get(v.base+"/login", navigation)
			v.waits()
			v.get(v.base+"/login", v.own(navigation, "Cookie", "who=keiri%40mori.example"))
		}, true},
		"a cookie of the page before, with a picture": {func(v tab) {
			v.get(v.base+"/login", navigation)
			v.waits()
			v.get(v.base+"/next", v.own(navigation))
			v.get(v.base+"/p.png", v.own(part("image"), "Cookie", "t=3f2a7b22"))
		}, true},
		"a cookie of a page that a restart outlived": {func(v tab) {
			v.get(v.base+"/login", v.own(navigation, "Cookie", "t=3f2a7b22"))
		}, true},
		"a script of the next page called by many letters": {func(v tab) {
			v.get(v.base+"/login", navigation)
			v.waits()
			v.get(v.base+"/login", navigation)
			v.get(v.base+"/"+strings.Repeat("djdlde", 15)+".js", v.own(part("script")))
		}, true},
		"a link from a page of another site that asks for a sign-in": {func(v tab) {
			v.get(v.other+"/signin", navigation)
			v.waits()
			v.get(v.base+"/login?utm_source=3f2a7b22", withHeader(navigation, "Sec-Fetch-Site", "cross-site", "Referer", v.other+"/"))
		}, true},
		"the same, and the page does not say which it is": {func(v tab) {
			v.get(v.other+"/signin", navigation)
			v.get(v.base+"/login?utm_source=3f2a7b22", withHeader(navigation, "Sec-Fetch-Site", "cross-site"))
		}, true},
		"the same by words": {func(v tab) {
			v.get(v.other+"/signin", navigation)
			v.get(v.base+"/login?from=partner&page=12", withHeader(navigation, "Sec-Fetch-Site", "cross-site"))
		}, false},
		"what a page sends at once that such a page led to": {func(v tab) {
			v.get(v.other+"/signin", navigation)
			v.get(v.base+"/login", withHeader(navigation, "Sec-Fetch-Site", "cross-site"))
			v.get(v.base+"/x?zz=3f2a7b22", v.own(fetch))
		}, true},
		"a link from a page of another site that does not": {func(v tab) {
			v.get(v.other+"/news", navigation)
			v.waits()
			v.get(v.base+"/login?utm_source=3f2a7b22", withHeader(navigation, "Sec-Fetch-Site", "cross-site", "Referer", v.other+"/"))
			v.get(v.base+"/x?zz=3f2a7b22", v.own(fetch))
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachAlone(t, setter, func(t *testing.T, l *lab, d door) {
				l.protect()
				o := l.Origin([]string{partner}, setter)
				tt.before(tab{t, l, d.client, d.base, https(partner, o, "")})
				a := protectedForm(t, d, "/x")
				l.checkHeld(t, a, navigation)
				l.checkWords(t, a.Header.Get("Location"), map[bool]string{false: saysNotSent, true: saysMaybe}[tt.maybe], tt.maybe)
			})
		})
	}
}

// TestGoneOnPast: the page of a copy says that nothing was typed into it only until somebody
// went on to it and sent something.
func TestGoneOnPast(t *testing.T) {
	t.Parallel()
	l := start(t)
	d := l.doors(serves{contentType: "text/html; charset=utf-8", pieces: [][]byte{copied(t)}})[0]
	a := get(t, d.client, d.base+"/", navigation)
	const nothing, maybe = "nothing was typed into it", "something you typed may have been sent"
	l.checkWords(t, a.Header.Get("Location"), nothing, false)
	if went := goOn(t, d.client, page(t, d.client, a), shop); went.StatusCode != http.StatusSeeOther {
		t.Fatalf("going on = %d", went.StatusCode)
	}
	get(t, d.client, d.base+"/", navigation)
	l.checkWords(t, a.Header.Get("Location"), nothing, false)
	form := withHeader(navigation, "Content-Type", formType, "Sec-Fetch-Site", "same-origin", "Origin", d.base)
	if sent := do(t, d.client, http.MethodPost, d.base+"/", form, strings.NewReader("k=lamp")); sent.StatusCode != http.StatusOK {
		t.Fatalf("what was sent after going on = %d", sent.StatusCode)
	}
	l.checkWords(t, a.Header.Get("Location"), maybe, true)
}

// TestInsistedInVain: what somebody chose to have sent over plain http is recorded as sent
// where the site can be reached, and not where it cannot.
func TestInsistedInVain(t *testing.T) {
	t.Parallel()
	for _, reached := range []bool{true, false} {
		l := start(t)
		l.protect()
		d := l.doors(plainPage)[4]
		if !reached {
			closed, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			d.base = "http://" + net.JoinHostPort(shop, strconv.Itoa(closed.Addr().(*net.TCPAddr).Port))
			_ = closed.Close()
		}
		if went := goOn(t, d.client, page(t, d.client, protectedForm(t, d, "/x")), shop); went.StatusCode != http.StatusSeeOther {
			t.Fatalf("going on = %d", went.StatusCode)
		}
		if a := protectedForm(t, d, "/x"); (a.StatusCode == http.StatusOK) != reached {
			t.Fatalf("reached %t: the sign-in = %d", reached, a.StatusCode)
		}
		sent := slices.ContainsFunc(l.events(journal.Filter{Action: journal.ActionRelease}), func(e journal.Event) bool { return e.Sent != nil && *e.Sent })
		if sent != reached {
			t.Errorf("reached %t: recorded as sent %t", reached, sent)
		}
	}
}
