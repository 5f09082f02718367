package proxy

import (
	"fmt"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"sekisho/hostname"
)

// TestHanded: what was sent is remembered for a day, and where that is too much
// nothing is claimed.
func TestHanded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		parse := func(s string) hostname.Name {
			n, err := hostname.Parse(s)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		a, b, never := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2"), time.Time{}
		shop, other := parse("www.shop.example"), parse("other.example")
		h := newHanded()
		before := time.Now().Add(-time.Hour)
		time.Sleep(time.Minute)
		h.add(a, shop)
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
			h.add(b, parse(fmt.Sprintf("s%d.example", i)))
		}
		if n := len(h.byPair); n > maxHanded {
			t.Errorf("%d pairs are kept; want at most %d", n, maxHanded)
		}
		if !h.maybe(a, other, never) {
			t.Error("after some were dropped, nothing may have been sent")
		}
	})
}
