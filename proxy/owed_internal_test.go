package proxy

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"sekisho/hostname"
)

// TestOwed: a warning waits for the tab of one client at one site, once, and not for ever.
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
		if _, ok := o.take(two, shop, owedFor); ok {
			t.Error("another device is shown it")
		}
		if d, ok := o.take(one, shop, owedFor); !ok || d.incident != "first" {
			t.Errorf("%+v, %t; want the warning", d, ok)
		}
		if _, ok := o.take(one, shop, owedFor); ok || o.waits() {
			t.Error("it is shown twice")
		}
		o.add(one, shop, debt{incident: "second"})
		time.Sleep(ledFor)
		if d, ok := o.take(one, shop, ledFor); ok {
			t.Errorf("%+v is shown to who follows a link later", d)
		}
		if !o.waits() {
			t.Error("it does not wait for the site any more")
		}
		time.Sleep(owedFor - ledFor)
		if d, ok := o.take(one, shop, owedFor); ok {
			t.Errorf("%+v is shown after its time", d)
		}
	})
}
