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
	list, _, err := r.Incidents(t.Context(), IncidentFilter{State: StateExercise}, "")
	if err != nil || len(list) != 1 || list[0].Host != Rehearsal || list[0].State != StateExercise {
		t.Errorf("exercises = %+v, %v", list, err)
	}
}

// TestExercises: an exercise waits for nobody and is no danger, however red, until
// somebody decides about it all the same; an incident that becomes one later too.
func TestExercises(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	visit := func(host, ground, severity string, more ...string) string {
		e := Event{Door: DoorPage, Client: "192.0.2.1", Host: host, Action: ActionHold, Severity: severity, Ground: ground, Incident: NewIncident()}
		record(t, j, e)
		for _, ground := range more {
			e.Ground, e.Severity = ground, SeverityRed
			record(t, j, e)
		}
		return e.Incident
	}
	none := func(f IncidentFilter) int {
		list, _, err := reader(t, path).Incidents(t.Context(), f, "")
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	real := visit("a.example", "lookalike", SeverityRed)
	if n := none(IncidentFilter{State: StateExercise}); n != 0 || none(IncidentFilter{State: StateOpen, Severity: SeverityRed}) != 1 {
		t.Errorf("%d exercises before there was one", n)
	}
	drill := visit("b.test", GroundDrill, SeverityRed)
	visit("c.test", "default", SeverityInfo, GroundDrill) // raised by it
	visit("d.example", GroundDrill, SeverityInfo, "page") // and the other way round
	for _, tt := range []struct {
		f    IncidentFilter
		want int
	}{
		{IncidentFilter{State: StateOpen}, 2},
		{IncidentFilter{State: StateOpen, Severity: SeverityRed}, 2},
		{IncidentFilter{State: StateExercise}, 2},
		{IncidentFilter{State: StateExercise, Severity: SeverityRed}, 2},
		{IncidentFilter{State: StateExercise, Severity: SeverityInfo}, 0},
		{IncidentFilter{Severity: SeverityRed}, 4},
		{IncidentFilter{Severity: SeverityRed, NoExercise: true}, 2},
		{IncidentFilter{Host: "b.test", State: StateExercise}, 1},
		{IncidentFilter{Host: "b.test", State: StateOpen}, 0},
	} {
		if n := none(tt.f); n != tt.want {
			t.Errorf("%+v has %d; want %d", tt.f, n, tt.want)
		}
	}
	for _, id := range []string{real, drill} {
		if err := j.Decide(t.Context(), Decision{Incident: id, Decision: DecisionConfirmed}); err != nil {
			t.Fatal(err)
		}
	}
	if n := none(IncidentFilter{State: StateExercise}); n != 1 || none(IncidentFilter{State: StateConfirmed}) != 2 {
		t.Errorf("%d exercises after one was decided", n)
	}
	if n, err := reader(t, path).OpenIncidents(t.Context(), time.Time{}); err != nil || n != (OpenCount{Red: 1}) {
		t.Errorf("open = %+v, %v", n, err)
	}
}
