package proxy_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// sessionCookie is what setter sets.
const sessionCookie = "sid=Qx81Zp0"

// setter is plainPage, but for /session, which sets a cookie, and /signin, which has a sign-in.
var setter = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	switch r.URL.Path {
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
