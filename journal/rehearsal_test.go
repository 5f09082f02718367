package journal

import (
	"path/filepath"
	"testing"
	"time"
)

// TestRehearsal holds that whoever looks whether names are stopped leaves no danger
// in the list of what waits for a decision, and that nothing else is taken for it.
func TestRehearsal(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "journal.db")
	j, err := Open(file, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{Rehearsal, "x." + Rehearsal, "amazon-seller.example"} {
		e := Event{Door: DoorDNS, Client: "127.0.0.1", Host: host, Action: ActionBlock, Severity: SeverityRed, Ground: "lookalike", Incident: NewIncident()}
		stored, err := j.Record(t.Context(), e)
		if err != nil {
			t.Fatal(err)
		}
		want := e
		if host == Rehearsal {
			want.Ground, want.Severity = "drill", SeverityInfo
		}
		if stored.Ground != want.Ground || stored.Severity != want.Severity || stored.Action != ActionBlock {
			t.Errorf("%s: %s, %s, %s; want %s, %s, block", host, stored.Ground, stored.Severity, stored.Action, want.Ground, want.Severity)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	if n, err := r.OpenIncidents(t.Context(), time.Time{}); err != nil || n != (OpenCount{Red: 2}) {
		t.Errorf("open = %+v, %v; want the two that are no rehearsal", n, err)
	}
}
