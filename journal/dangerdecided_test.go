package journal

import (
	"testing"
	"time"
)

// TestDangerAllowed: who lets a site pass does not say that what was sent there was no
// danger. Only a false alarm does, and only while nobody has confirmed the site.
func TestDangerAllowed(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		decisions [][2]string // on the incident that is looked at
		other     string      // then decided on another visit of the host
		removed   bool        // then its exception is taken back
		harmless  bool
	}{
		{name: "15 minutes", decisions: [][2]string{{DecisionAllow, "15m"}}},
		{name: "a day", decisions: [][2]string{{DecisionAllow, "24h"}}},
		{name: "always", decisions: [][2]string{{DecisionAllow, ""}}},
		{name: "allowed and taken back", decisions: [][2]string{{DecisionAllow, "15m"}}, removed: true},
		{name: "confirmed, then allowed", decisions: [][2]string{{DecisionConfirmed, ""}, {DecisionAllow, "15m"}}},
		{name: "confirmed again", decisions: [][2]string{{DecisionConfirmed, ""}, {DecisionAllow, "15m"}}, removed: true},
		{name: "a false alarm", decisions: [][2]string{{DecisionFalseAlarm, "90d"}}, harmless: true},
		{name: "a false alarm taken back", decisions: [][2]string{{DecisionFalseAlarm, "90d"}}, removed: true, harmless: true},
		{name: "a false alarm, then confirmed elsewhere", decisions: [][2]string{{DecisionFalseAlarm, "90d"}}, other: DecisionConfirmed},
		{name: "confirmed elsewhere, then a false alarm", decisions: [][2]string{{DecisionConfirmed, ""}, {DecisionFalseAlarm, "90d"}}, harmless: true},
	}
	for _, tt := range tests {
		for sent, said := range map[string]*bool{"sent": ptr(true), "unknown": nil, "kept": ptr(false)} {
			t.Run(tt.name+"/"+sent, func(t *testing.T) {
				t.Parallel()
				path := place(t)
				j := open(t, path, Options{})
				r := reader(t, path)
				visit := NewIncident()
				record := func(e Event) {
					t.Helper()
					if _, err := j.Record(t.Context(), e); err != nil {
						t.Fatal(err)
					}
				}
				decide := func(visit, decision, until string) {
					t.Helper()
					if err := j.Decide(t.Context(), Decision{Incident: visit, Decision: decision, For: until}); err != nil {
						t.Fatal(err)
					}
				}
				record(Event{Door: DoorGuard, Host: "gadget.example", Client: "192.0.2.1", Severity: SeverityRed, Action: ActionHold, Technique: "protected-sign-in", Account: "shop", Sent: said, Incident: visit})
				for _, d := range tt.decisions {
					decide(visit, d[0], d[1])
				}
				if tt.other != "" {
					other := NewIncident()
					record(Event{Door: DoorProxy, Host: "gadget.example", Client: "192.0.2.2", Severity: SeverityAmber, Action: ActionBlock, Incident: other, Sent: ptr(false)})
					decide(other, tt.other, "")
				}
				if tt.removed {
					if err := j.RemoveException(t.Context(), "gadget.example", ""); err != nil {
						t.Fatal(err)
					}
				}
				n, err := r.Dangers(t.Context(), time.Time{}, time.Time{}, 0)
				if err != nil {
					t.Fatal(err)
				}
				real, harmless := len(allOf(t, r, IncidentFilter{Danger: DangerReal})), len(allOf(t, r, IncidentFilter{Danger: DangerHarmless}))
				if n.Count != real || n.Harmless != harmless || real+harmless != 1 || harmless == 1 != tt.harmless {
					t.Errorf("counts %d and %d harmless, lists %d and %d; want harmless: %v", n.Count, n.Harmless, real, harmless, tt.harmless)
				}
				if newest := n.Newest != nil; newest == tt.harmless || n.Cleared == 1 != (tt.harmless && sent != "kept") {
					t.Errorf("newest %v, cleared %d", n.Newest, n.Cleared)
				}
				if n.Sent == 1 != (!tt.harmless && sent == "sent") || n.Unknown == 1 != (!tt.harmless && sent == "unknown") {
					t.Errorf("sent %d, unknown %d", n.Sent, n.Unknown)
				}
			})
		}
	}
}
