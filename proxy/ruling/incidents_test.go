package ruling

import (
	"fmt"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"sekisho/hostname"
	"sekisho/journal"
)

// TestIncidents: what one client does at one host within a visit is one incident for each
// kind of ruling, which shows the latest; what is at the site stays there.
func TestIncidents(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		names := 0
		is := NewIncidents(func(_ netip.Addr, host string) string { names++; return fmt.Sprint(host, names) })
		shop, err := hostname.Parse("shop.labnet.example")
		if err != nil {
			t.Fatal(err)
		}
		at := Where{Client: netip.MustParseAddr("192.0.2.1"), Host: shop, Port: 443, Scheme: "https"}
		amber := Ruling{Door: journal.DoorPage, Severity: journal.SeverityAmber, Sent: true}
		first, fresh := is.Of(at, amber)
		if !fresh || first.ID != "shop.labnet.example1" || first.Token == "" || first.At != at {
			t.Errorf("%+v, fresh %t", first, fresh)
		}
		is.Recorded(first.ID, 7)
		time.Sleep(visitWindow - time.Second)
		amber.Sent, amber.Technique = false, "later"
		again, fresh := is.Of(at, amber)
		if fresh || again.ID != first.ID || again.EventID != 7 || again.Why.Technique != "later" || !again.Why.Sent {
			t.Errorf("%+v, fresh %t; want the same with the latest", again, fresh)
		}
		if is.Use(first.ID, "another") || !is.Use(first.ID, first.Token) || is.Use(first.ID, first.Token) {
			t.Error("a token is not good for one decision")
		}
		if now, _ := is.Get(first.ID); now.Token != first.Token {
			t.Error("a second click does not find its incident")
		}
		if once, _ := is.Of(at, amber); once.Token == first.Token || is.Use(first.ID, first.Token) || !is.Use(first.ID, once.Token) {
			t.Error("what is held after going on takes no decision of its own")
		}
		red := Ruling{Door: journal.DoorPage, Severity: journal.SeverityRed}
		if other, fresh := is.Of(at, red); !fresh || other.ID == first.ID {
			t.Errorf("a red ruling is in %q", other.ID)
		}
		if !is.Appeal(first.ID) || is.Appeal(first.ID) {
			t.Error("an incident is not appealed against once")
		}
		is.AppealAgain(first.ID)
		if !is.Appeal(first.ID) || is.Appeal("another") {
			t.Error("an appeal that was not kept cannot be made again, or one against nothing can")
		}
		time.Sleep(time.Second)
		if next, fresh := is.Of(at, amber); !fresh || next.ID == first.ID {
			t.Errorf("after the visit: %q, fresh %t", next.ID, fresh)
		}
		for i := range maxIncidents {
			at.Client = netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})
			is.Of(at, amber)
		}
		if _, ok := is.Get(first.ID); ok || len(is.byID) != maxIncidents || len(is.recent) != maxIncidents {
			t.Errorf("%d and %d incidents are kept; the oldest: %t", len(is.byID), len(is.recent), ok)
		}
	})
}
