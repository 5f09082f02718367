package ruling

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"sekisho/dossier"
	"sekisho/hostname"
	"sekisho/journal"
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
		time.Sleep(LeaveFor)
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
	for range MaxLeaves {
		client = client.Next()
		l.Grant(client, shop, KindName)
	}
	if len(l.until) != MaxLeaves || l.Has(red, shop, KindRed) || !l.Has(client, shop, KindName) {
		t.Errorf("%d leaves are kept, or the wrong one went", len(l.until))
	}
}

// TestLeavesResumed: a leave that the journal holds is in force for what is left of its
// time, whatever the rest of the record is.
func TestLeavesResumed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shop, err := hostname.Parse("shop.labnet.example")
		if err != nil {
			t.Fatal(err)
		}
		client := netip.MustParseAddr("192.0.2.1")
		at := Where{Client: client, Host: shop, Port: 443, Scheme: "https"}
		record := func(why Ruling, ago time.Duration) journal.Event {
			e := why.Event(at, nil, "incident")
			e.Door, e.Action, e.Time = journal.DoorPage, journal.ActionRelease, time.Now().Add(-ago)
			return e
		}
		red, amber := journal.SeverityRed, journal.SeverityAmber
		rulings := []Ruling{
			{Door: journal.DoorProxy, Severity: amber, Ground: "lookalike"},
			{Door: journal.DoorProxy, Severity: red, Ground: "lookalike"},
			{Door: journal.DoorPage, Severity: amber, Ground: GroundPage},
			{Door: journal.DoorPage, Severity: red, Ground: GroundPage},
			{Door: journal.DoorGuard, Severity: red, Ground: GroundCredentials},
			{Door: journal.DoorGuard, Severity: amber, Ground: GroundCredentials, Technique: dossier.ProtectedPassword},
			{Door: journal.DoorGuard, Severity: amber, Ground: GroundCredentials, Technique: dossier.ProtectedID},
			{Door: journal.DoorGuard, Severity: amber, Ground: GroundCredentials, Technique: "unfamiliar-sign-in"},
		}
		for _, why := range rulings {
			granted, resumed := NewLeaves(), NewLeaves()
			granted.Grant(client, shop, why.Kind())
			resumed.Resume(record(why, time.Minute))
			for k := KindName; k <= kindID; k++ {
				if got, want := resumed.Has(client, shop, k), granted.Has(client, shop, k); got != want {
					t.Errorf("after the release of kind %d: kind %d may pass: %t; want %t", why.Kind(), k, got, want)
				}
			}
			time.Sleep(why.Kind().Leave() - time.Minute - time.Second)
			if !resumed.Has(client, shop, why.Kind()) {
				t.Errorf("the release of kind %d ends early", why.Kind())
			}
			if time.Sleep(time.Second); resumed.Has(client, shop, why.Kind()) {
				t.Errorf("the release of kind %d outlives its time", why.Kind())
			}
		}
		page := rulings[3]
		for name, change := range map[string]func(*journal.Event){
			"ended":                     func(e *journal.Event) { e.Time = time.Now().Add(-redLeaveFor) },
			"of a time to come":         func(e *journal.Event) { e.Time = time.Now().Add(time.Second) },
			"no release":                func(e *journal.Event) { e.Action = journal.ActionBlock },
			"what an older one let go":  func(e *journal.Event) { e.Door = journal.DoorGuard },
			"an exercise":               func(e *journal.Event) { e.Ground = groundDrill },
			"no address":                func(e *journal.Event) { e.Client = "" },
			"another form of a name":    func(e *journal.Event) { e.Host = "shop labnet example" },
			"another device":            func(e *journal.Event) { e.Client = "192.0.2.2" },
			"another host of that site": func(e *journal.Event) { e.Host = "www.shop.labnet.example" },
		} {
			l, e := NewLeaves(), record(page, time.Minute)
			change(&e)
			if l.Resume(e); l.Has(client, shop, KindRed) {
				t.Errorf("%s: the leave is in force", name)
			}
		}
	})
}
