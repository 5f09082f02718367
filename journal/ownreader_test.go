package journal

import (
	"testing"
	"time"
)

// TestReleased: what people chose lately, the latest of it, and nothing else of that
// action.
func TestReleased(t *testing.T) {
	t.Parallel()
	j := open(t, place(t), Options{})
	if list, err := j.Released(t.Context(), time.Time{}, 10); err != nil || len(list) != 0 {
		t.Errorf("of an empty journal: %d, %v", len(list), err)
	}
	chosen := Event{Door: DoorPage, Client: "192.0.2.1", Host: "shop.example", Action: ActionRelease, Severity: SeverityRed, Ground: "page"}
	for _, change := range []func(*Event){
		func(e *Event) { e.Action = ActionBlock },
		func(e *Event) { e.Door = DoorGuard },
		func(e *Event) { e.Ground = GroundDrill },
	} {
		other := chosen
		change(&other)
		record(t, j, other)
	}
	var want []int64
	for range 3 {
		want = append(want, record(t, j, chosen).ID)
	}
	list, err := j.Released(t.Context(), time.Now().Add(-time.Hour), 2)
	if err != nil || len(list) != 2 || list[0].ID != want[1] || list[1].ID != want[2] {
		t.Errorf("%+v, %v; want the last two of %v", list, err, want)
	}
	if list, err := j.Released(t.Context(), time.Now().Add(time.Hour), 2); err != nil || len(list) != 0 {
		t.Errorf("of later: %+v, %v", list, err)
	}
}

// TestSentBefore: what reached a host is found by its client and by its account, and
// nothing else is.
func TestSentBefore(t *testing.T) {
	t.Parallel()
	j := open(t, place(t), Options{})
	sent := true
	since := time.Now().Add(-time.Hour)
	found := func(since time.Time, host, client, account string) bool {
		t.Helper()
		ok, err := j.SentBefore(t.Context(), since, host, client, account)
		if err != nil {
			t.Error(err)
		}
		return ok
	}
	if found(since, "shop.example", "192.0.2.1", "main shop") {
		t.Error("something was sent, by an empty journal")
	}
	went := Event{Door: DoorGuard, Client: "192.0.2.1", Host: "shop.example", Action: ActionHold, Severity: SeverityRed, Ground: "credentials", Account: "main shop", Sent: &sent}
	held := false
	for _, change := range []func(*Event){
		func(e *Event) { e.Sent = nil },
		func(e *Event) { e.Sent = &held },
		func(e *Event) { e.Door = DoorPage },
		func(e *Event) { e.Ground = GroundDrill },
		func(e *Event) { e.Host = "other.example" },
	} {
		other := went
		change(&other)
		record(t, j, other)
	}
	if found(since, "shop.example", "192.0.2.1", "main shop") {
		t.Error("what was not sent there was")
	}
	record(t, j, went)
	for _, tt := range []struct {
		name                  string
		since                 time.Time
		host, client, account string
		want                  bool
	}{
		{"both", since, "shop.example", "192.0.2.1", "main shop", true},
		{"its client", since, "shop.example", "192.0.2.1", "", true},
		{"its account", since, "shop.example", "192.0.2.9", "main shop", true},
		{"neither", since, "shop.example", "192.0.2.9", "another", false},
		{"no account", since, "shop.example", "192.0.2.9", "", false},
		{"another host", since, "third.example", "192.0.2.1", "main shop", false},
		{"later", time.Now().Add(time.Hour), "shop.example", "192.0.2.1", "main shop", false},
	} {
		if got := found(tt.since, tt.host, tt.client, tt.account); got != tt.want {
			t.Errorf("%s: %t; want %t", tt.name, got, tt.want)
		}
	}
}
