package journal

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestIncidentSent: of an incident is said what the worst of its requests says, in
// whatever order they come, in one batch or in several.
func TestIncidentSent(t *testing.T) {
	t.Parallel()
	yes, no := ptr(true), ptr(false)
	fetched := Event{Door: DoorPage, Action: ActionBlock}
	kept := Event{Door: DoorProxy, Action: ActionBlock, Sent: no}
	held := Event{Door: DoorGuard, Action: ActionHold, Sent: no}
	left := Event{Door: DoorGuard, Action: ActionHold, Sent: yes}
	for _, tt := range []struct {
		name   string
		events []Event
		want   *bool
	}{
		{"kept", []Event{kept}, no},
		{"kept twice", []Event{kept, held}, no},
		{"fetched", []Event{fetched}, nil},
		{"fetched, then kept", []Event{fetched, kept}, nil},
		{"kept, then fetched", []Event{kept, fetched, held}, nil},
		{"left", []Event{left}, yes},
		{"fetched, kept, left", []Event{fetched, kept, left}, yes},
		{"left, then fetched", []Event{left, fetched, kept}, yes},
		{"asked of the resolver, then kept", []Event{{Door: DoorDNS, Action: ActionBlock}, kept}, no},
		{"kept, and a visitor's reason", []Event{kept, {Door: DoorPage, Action: ActionWarn, Technique: TechniqueAppeal}}, no},
		{"kept, and gone on", []Event{kept, {Door: DoorPage, Action: ActionRelease}}, nil},
	} {
		for _, batch := range []bool{false, true} {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				path := place(t)
				j := open(t, path, Options{})
				event := func(i int) Event {
					e := tt.events[i]
					e.Incident, e.Host, e.Severity = "INC", "shop.example", SeverityRed
					return e
				}
				if batch {
					recordMany(t, j, len(tt.events), event)
				} else {
					for i := range tt.events {
						record(t, j, event(i))
					}
				}
				if diff := cmp.Diff(tt.want, incidentNamed(t, path, "INC").Sent); diff != "" {
					t.Errorf("sent (-want +got):\n%s", diff)
				}
				consistent(t, path)
			})
		}
	}
}

// TestSentMigrated: a journal of before says the same of its incidents afterwards.
func TestSentMigrated(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.db")
	j := open(t, path, Options{})
	record(t, j, Event{Incident: "A", Door: DoorPage, Severity: SeverityRed})
	record(t, j, Event{Incident: "A", Door: DoorProxy, Sent: ptr(false), Severity: SeverityRed})
	record(t, j, Event{Incident: "B", Door: DoorProxy, Sent: ptr(false), Severity: SeverityRed})
	record(t, j, Event{Incident: "B", Door: DoorPage, Severity: SeverityRed})
	record(t, j, Event{Incident: "C", Door: DoorDNS, Severity: SeverityRed})
	record(t, j, Event{Incident: "C", Door: DoorProxy, Sent: ptr(false), Severity: SeverityRed})
	record(t, j, Event{Incident: "D", Host: "shop.example", Severity: SeverityRed})
	decide(t, j, "D", DecisionFalseAlarm, "")
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	for _, column := range []string{"unknown", "again", "earlier", "others"} {
		execSQL(t, path, "ALTER TABLE incidents DROP COLUMN "+column)
	}
	execSQL(t, path, "ALTER TABLE exceptions DROP COLUMN decision")
	execSQL(t, path, "ALTER TABLE exceptions DROP COLUMN renewed")
	execSQL(t, path, "DROP INDEX events_sent")
	execSQL(t, path, "DROP INDEX events_released")
	execSQL(t, path, "DROP INDEX events_observed")
	execSQL(t, path, "ALTER TABLE events DROP COLUMN observed")
	execSQL(t, path, "PRAGMA user_version = 4")
	j = open(t, path, Options{})
	if x, err := j.Exceptions(t.Context()); err != nil || len(x) != 1 || x[0].Decision != DecisionFalseAlarm {
		t.Errorf("exceptions %+v, %v", x, err)
	}
	for id, want := range map[string]*bool{"A": nil, "B": nil, "C": ptr(false)} {
		if diff := cmp.Diff(want, incidentNamed(t, path, id).Sent); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
	consistent(t, path)
}
