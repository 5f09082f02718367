package ruling

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"sekisho/hostname"
)

// TestLeaves: a leave is one client's, for one host and one kind of ruling and what is
// below it, and ends.
func TestLeaves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		one, two := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
		shop, err := hostname.Parse("shop.labnet.example")
		if err != nil {
			t.Fatal(err)
		}
		l := NewLeaves()
		for _, granted := range []struct {
			kind   Kind
			covers []Kind
		}{
			{KindName, []Kind{KindName}},
			{kindAsk, []Kind{KindName, kindAsk}},
			{kindReuse, []Kind{KindName, kindAsk, kindReuse}},
			{KindRedName, []Kind{KindName, kindAsk, kindReuse, KindRedName}},
			{KindRed, []Kind{KindName, kindAsk, kindReuse, KindRedName, KindRed}},
			{kindCredential, []Kind{KindName, kindAsk, kindReuse, KindRedName, KindRed, kindID, kindCredential}},
		} {
			l.Grant(one, shop, granted.kind)
			covered := map[Kind]bool{}
			for _, k := range granted.covers {
				covered[k] = true
			}
			for k := KindName; k <= kindID; k++ {
				if got := l.Has(one, shop, k); got != covered[k] || l.Has(two, shop, k) {
					t.Errorf("after a leave of kind %d: kind %d may pass: %t; want %t, and nobody else's", granted.kind, k, got, covered[k])
				}
			}
		}
		time.Sleep(redLeaveFor)
		if l.Has(one, shop, KindRed) || l.Has(one, shop, kindID) || !l.Has(one, shop, kindAsk) {
			t.Error("a red leave outlives its time, or another does not")
		}
		time.Sleep(leaveFor)
		if l.Has(one, shop, kindAsk) || l.Has(one, shop, KindName) {
			t.Error("a leave outlives its time")
		}
	})
}

// TestLeavesBound: when there is no room, the leave that ends first goes.
func TestLeavesBound(t *testing.T) {
	t.Parallel()
	shop, err := hostname.Parse("shop.labnet.example")
	if err != nil {
		t.Fatal(err)
	}
	l := NewLeaves()
	red := netip.MustParseAddr("192.0.2.1")
	l.Grant(red, shop, KindRed)
	client := netip.MustParseAddr("10.0.0.0")
	for range maxLeaves {
		client = client.Next()
		l.Grant(client, shop, KindName)
	}
	if len(l.until) != maxLeaves || l.Has(red, shop, KindRed) || !l.Has(client, shop, KindName) {
		t.Errorf("%d leaves are kept, or the wrong one went", len(l.until))
	}
}
