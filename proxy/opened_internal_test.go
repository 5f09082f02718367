package proxy

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

// TestOpened: what a page is made of counts for nothing while it loads, and a visit ends;
// a page that was open since before the start may have sent something.
func TestOpened(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := strangers()
		none := func(string) string { return "" }
		a := netip.MustParseAddr("192.0.2.1")
		shop, other := parsedName(t, "www.shop.example"), parsedName(t, "other.example")
		v := &visit{client: a, target: target{shop, 443}}
		asks := func(path string) {
			fields := map[string]string{"sec-fetch-site": "same-origin", "sec-fetch-dest": "script", "sec-fetch-mode": "no-cors", "referer": "https://www.shop.example/"}
			h.note(v, 0, path, tellsAny, func(name string) string { return fields[name] })
		}
		before := time.Now().Add(-time.Hour)
		if h.during(a, shop, before) == tellsNothing || h.during(a, shop, time.Time{}) != tellsNothing {
			t.Error("a page that was open since before the start can have sent nothing, or a new one something")
		}
		time.Sleep(time.Minute)
		h.opens(a, shop, "/login?utm_source=X1", none, nil)
		if h.during(a, shop, before) != tellsNothing {
			t.Error("a page that was opened since may have sent something before the start")
		}
		asks("/js/main.8c1d.js")
		if h.during(a, shop, before) != tellsNothing || !h.maybe(a, shop, time.Time{}) {
			t.Error("what a page is made of counts, or is not known at all")
		}
		if !h.openedAt(a, shop, "login?utm_source=X1") || h.openedAt(a, shop, "login?utm_source=X2") || h.openedAt(a, other, "login?utm_source=X1") {
			t.Error("the address of a page is not known")
		}
		time.Sleep(loadFor)
		asks("/js/main.8c1d.js")
		if h.during(a, shop, before) == tellsNothing {
			t.Error("what a page asks for later does not count")
		}
		time.Sleep(handedFor)
		h.opens(a, other, "/", none, nil)
		time.Sleep(visitFor - time.Second)
		h.opens(a, other, "/", none, nil)
		h.add(a, parsedName(t, "third.example"), tellsAny)
		if h.during(a, other, time.Time{}) != tellsNothing {
			t.Error("another site's words count")
		}
		time.Sleep(time.Second)
		h.byPair[owedKey{client: a}] = given{tellsNothing: time.Now(), tellsAny: time.Now()}
		if h.during(a, other, time.Time{}) == tellsNothing {
			t.Error("words of a page that hides do not count within the visit")
		}
		time.Sleep(visitFor)
		h.opens(a, other, "/", none, nil)
		if h.during(a, other, time.Time{}) != tellsNothing {
			t.Error("words of before the visit count")
		}
	})
}
