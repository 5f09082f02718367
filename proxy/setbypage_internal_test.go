package proxy

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestOpaque: words, numbers and times say nothing that somebody typed; all else may.
func TestOpaque(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"":                                  "",
		"accepted":                          "",
		"ja-jp_light.theme":                 "",
		"1764180000123":                     "",
		"2026-11-26T09:30:00.123Z":          "",
		"GS2.1.s1764180000$o10$g1":          "GS0 s0 o0 g0",
		"GS2.1.s1764180060$o9$g1":           "GS0 s0 o0 g0",
		"12345678901234":                    "00000000000000",
		"keiri%40mori.example":              "keiri@mori",
		"a%E3%81%9F":                        "a\xe3\x81\x9f",
		"Kn4rY-pW%2B7x9!QzL":                "Kn0rY pW 0x0 QzL",
		"3f2a%zz%4":                         "0f0a",
		strings.Repeat("abcdefgh", 3):       "",
		strings.Repeat("abcdefgh", 3) + "i": strings.Repeat("abcdefgh", 3) + "i",
	} {
		var got []string
		opaque(s, func(part []byte) { got = append(got, string(part)) })
		if strings.Join(got, " ") != want {
			t.Errorf("%q has %q; want %q", s, got, want)
		}
	}
}

// TestCookieMarks: what is known of cookies is bounded, sorted and forgotten after a day, and
// more than fits is not taken for known.
func TestCookieMarks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := strangers()
		a, shop := netip.MustParseAddr("192.0.2.1"), parsedName(t, "shop.example")
		none := func(string) string { return "" }
		h.opens(a, shop, "/", none, nil)
		many := make([]string, 2*maxMarks)
		for i := range many {
			many[i] = "k=A" + strings.Repeat("b", i%20) + strings.Repeat("C", i/20)
		}
		h.sets(a, shop, many)
		o, _ := h.openedLast(a, shop)
		if n := len(o.cookies.parts); n != maxMarks || !slices.IsSorted(o.cookies.parts) {
			t.Errorf("%d marks are known; want %d, sorted", n, maxMarks)
		}
		time.Sleep(loadFor)
		for cookie, want := range map[string]bool{many[0]: false, many[len(many)-1]: true, "lang=ja": false} {
			if got := h.setByPage(&visit{client: a, target: target{shop, 443}}, cookie, none); got != want {
				t.Errorf("%s is the page's own: %t; want %t", cookie, got, want)
			}
		}
		time.Sleep(handedFor)
		h.opens(a, parsedName(t, "other.example"), "/", none, nil)
		if _, known := h.openedLast(a, shop); known {
			t.Error("a page of the day before is remembered")
		}
	})
}
