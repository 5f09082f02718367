package journal

import (
	"testing"
	"time"
)

// TestObserved: what passes because all is only observed is told from what was stopped,
// from what got away, and from what a person chose, whoever records it.
func TestObserved(t *testing.T) {
	t.Parallel()
	path, observing := place(t), true
	j := open(t, path, Options{Observing: func() bool { return observing }})
	yes, no, began := ptr(true), ptr(false), time.Now()
	if found, err := reader(t, path).ObservedSince(t.Context(), began.Add(-time.Hour)); found || err != nil {
		t.Errorf("at first: %v, %v", found, err)
	}
	for _, tt := range []struct {
		name      string
		observing bool
		e         Event
		want      bool
	}{
		{"page", true, Event{Door: DoorPage, Action: ActionBlock, Sent: yes}, true},
		{"sign-in", true, Event{Door: DoorGuard, Action: ActionHold, Sent: yes}, true},
		{"question", true, Event{Door: DoorProxy, Action: ActionWarn, Sent: yes}, true},
		{"stopped all the same", true, Event{Door: DoorProxy, Action: ActionBlock, Sent: no}, false},
		{"a question of the resolver", true, Event{Door: DoorDNS, Action: ActionWarn}, false},
		{"gone on", true, Event{Door: DoorGuard, Action: ActionRelease, Sent: yes}, false},
		{"upload that was cut", false, Event{Door: DoorGuard, Action: ActionHold, Sent: yes}, false},
		{"said by whoever records it", false, Event{Door: DoorGuard, Action: ActionHold, Sent: yes, Observed: true}, false},
	} {
		observing = tt.observing
		tt.e.Host, tt.e.Severity, tt.e.Incident = "shop.example", SeverityRed, NewIncident()
		if e := record(t, j, tt.e); e.Observed != tt.want {
			t.Errorf("%s: recorded as %v", tt.name, e.Observed)
		}
		all := stored(t, path)
		if got := all[len(all)-1].Observed; got != tt.want || incidentNamed(t, path, tt.e.Incident).Observed != tt.want {
			t.Errorf("%s: stored as %v, its incident as %v; want %v", tt.name, got, incidentNamed(t, path, tt.e.Incident).Observed, tt.want)
		}
	}
	for since, want := range map[time.Time]bool{began.Add(-time.Hour): true, began.Add(time.Hour): false} {
		if found, err := reader(t, path).ObservedSince(t.Context(), since); found != want || err != nil {
			t.Errorf("since %v: %v, %v", since, found, err)
		}
	}
	consistent(t, path)
}
