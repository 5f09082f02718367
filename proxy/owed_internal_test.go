package proxy

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"sekisho/hostname"
)

// TestOwed: a warning waits for the tab of one client at one site, and not for ever. A window
// that the page opens does not use it up.
func TestOwed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shop, err := hostname.Parse("www.shop.example")
		if err != nil {
			t.Fatal(err)
		}
		one, two := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
		o := newOwed()
		o.add(one, shop, debt{incident: "first"})
		time.Sleep(owedFor - time.Second)
		if _, ok := o.take(two, shop, owedFor, false); ok {
			t.Error("another device is shown it")
		}
		if d, ok := o.take(one, shop, owedFor, false); !ok || d.incident != "first" {
			t.Errorf("%+v, %t; want the warning", d, ok)
		}
		o.add(one, shop, debt{incident: "again"})
		for _, wait := range []time.Duration{0, againFor / 2, againFor/2 - 1} {
			time.Sleep(wait)
			if _, ok := o.take(one, shop, owedFor, true); !ok || !o.has(one, shop, owedFor) {
				t.Error("a page that is open still does not lead to it")
			}
			if _, ok := o.take(one, shop, owedFor, false); ok {
				t.Error("it is shown twice")
			}
		}
		time.Sleep(time.Nanosecond)
		if o.has(one, shop, owedFor) {
			t.Error("it waits for those who saw it")
		}
		if _, ok := o.take(one, shop, owedFor, true); ok || o.waits() {
			t.Error("it is shown for ever")
		}
		o.add(one, shop, debt{incident: "gone on from"})
		o.settle(one, shop)
		if _, ok := o.take(one, shop, owedFor, true); ok || o.waits() {
			t.Error("it is shown to who went on")
		}
		o.add(one, shop, debt{incident: "second"})
		time.Sleep(ledFor)
		if d, ok := o.take(one, shop, ledFor, true); ok {
			t.Errorf("%+v is shown to who follows a link later", d)
		}
		if !o.waits() {
			t.Error("it does not wait for the site any more")
		}
		time.Sleep(owedFor - ledFor)
		if d, ok := o.take(one, shop, owedFor, false); ok {
			t.Errorf("%+v is shown after its time", d)
		}
	})
}
