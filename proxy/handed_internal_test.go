package proxy

import (
	"fmt"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"sekisho/hostname"
)

// strangers remembers of sites where nobody is known to sign in, with no change of accounts.
func strangers() *handed {
	return newHanded(func(hostname.Name) bool { return false }, func() time.Time { return time.Time{} })
}

// TestHanded: what was sent is remembered for a day, and where that is too much
// nothing is claimed.
func TestHanded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		parse := func(s string) hostname.Name { return parsedName(t, s) }
		a, b, never := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2"), time.Time{}
		shop, other := parse("www.shop.example"), parse("other.example")
		h := strangers()
		before := time.Now().Add(-time.Hour)
		time.Sleep(time.Minute)
		h.add(a, shop, tellsAny)
		for _, tt := range []struct {
			name string
			got  bool
			want bool
		}{
			{"sent", h.maybe(a, parse("shop.example"), time.Now()), true},
			{"another site", h.maybe(a, other, never), false},
			{"another device", h.maybe(b, shop, time.Now()), false},
			{"known since before the start", h.maybe(b, shop, before), true},
		} {
			if tt.got != tt.want {
				t.Errorf("%s: %t; want %t", tt.name, tt.got, tt.want)
			}
		}
		time.Sleep(handedFor)
		if h.maybe(a, shop, never) || h.maybe(b, shop, before) {
			t.Error("a day later something may have been sent still")
		}
		for i := range maxHanded + 1 {
			h.add(b, parse(fmt.Sprintf("s%d.example", i)), tellsAny)
		}
		if n := len(h.byPair); n > maxHanded {
			t.Errorf("%d pairs are kept; want at most %d", n, maxHanded)
		}
		if !h.maybe(a, other, never) {
			t.Error("after some were dropped, nothing may have been sent")
		}
	})
}

// TestSendsIsFree: what a connection's further requests may carry is noted without memory,
// and what another site's page sends is noted although the site's own was just now.
func TestSendsIsFree(t *testing.T) {
	for name, fields := range map[string]string{
		"a program":             "Accept-Encoding: gzip\r\n",
		"a page of the site":    "Cookie: a=b\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Dest: empty\r\nReferer: https://shop.example/\r\n",
		"a picture of the site": "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Dest: image\r\n",
		"typed into the bar":    "Cookie: a=b\r\nSec-Fetch-Site: none\r\n",
	} {
		r := relayTo(t, "shop.example")
		head := []byte("GET /lamps/ HTTP/1.1\r\nHost: shop.example\r\n" + fields + "\r\n")
		if n := testing.AllocsPerRun(100, func() { r.sends(head) }); n != 0 {
			t.Errorf("%s: %v allocations; want none", name, n)
		}
	}
	r := relayTo(t, "shop.example")
	for _, from := range []string{"", "Origin: https://page.example\r\n"} {
		r.sends([]byte("GET /a?b=c HTTP/1.1\r\nHost: shop.example\r\n" + from + "\r\n"))
	}
	for _, host := range []string{"shop.example", "page.example"} {
		if !r.server.handed.maybe(r.visit.client, parsedName(t, host), time.Time{}) {
			t.Errorf("%s: nothing noted", host)
		}
	}
}

// TestSendsNotesAgain: a connection on which something was sent for a day keeps the note
// for a day from then.
func TestSendsNotesAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := relayTo(t, "shop.example")
		for range 2 {
			r.lower.at.Store(time.Now().UnixNano())
			r.sends([]byte("GET /a HTTP/1.1\r\nHost: shop.example\r\n\r\n"))
			time.Sleep(handedFor * 3 / 4)
		}
		if !r.server.handed.maybe(r.visit.client, r.visit.target.name, time.Time{}) {
			t.Error("the second request left no note")
		}
	})
}

// relayTo is a relay to host, of which nothing but what it notes is used.
func relayTo(t *testing.T, host string) *relay {
	t.Helper()
	r := &relay{server: &Server{handed: strangers()}, lower: &innerConn{}}
	r.visit = &visit{client: netip.MustParseAddr("192.0.2.1"), target: target{parsedName(t, host), 443}}
	r.lower.at.Store(time.Now().UnixNano())
	return r
}

func parsedName(t *testing.T, host string) hostname.Name {
	t.Helper()
	n, err := hostname.Parse(host)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
