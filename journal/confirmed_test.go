package journal

import (
	"testing"
	"time"
)

// incidentNamed reads an incident.
func incidentNamed(t *testing.T, path, id string) Incident {
	t.Helper()
	inc, _, err := reader(t, path).IncidentByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return inc
}

func decide(t *testing.T, j *Journal, incident, decision, term string) {
	t.Helper()
	if err := j.Decide(t.Context(), Decision{Incident: incident, Decision: decision, For: term, By: "hana"}); err != nil {
		t.Fatal(err)
	}
}

// TestConfirmedEarlier: what was confirmed is not to be decided again at each visit,
// by whatever door, and only that.
func TestConfirmedEarlier(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		e     Event
		state string
	}{
		{"the same host", Event{Host: "shop.example", Severity: SeverityRed, Action: ActionBlock}, StateConfirmed},
		{"below it", Event{Host: "www.shop.example", Severity: SeverityRed, Action: ActionBlock, Door: DoorDNS}, StateConfirmed},
		{"a like ending", Event{Host: "bookshop.example", Severity: SeverityRed, Action: ActionBlock}, StateOpen},
		{"above it", Event{Host: "example", Severity: SeverityRed, Action: ActionBlock}, StateOpen},
		{"a person who went on", Event{Host: "shop.example", Severity: SeverityRed, Action: ActionRelease}, StateOpen},
		{"nobody in danger", Event{Host: "shop.example", Severity: SeverityInfo, Action: ActionBlock}, StateOpen},
		{"allowed elsewhere", Event{Host: "good.example", Severity: SeverityRed, Action: ActionBlock}, StateOpen},
		{"no host", Event{Severity: SeverityRed, Action: ActionBlock}, StateOpen},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := place(t)
			j := open(t, path, Options{})
			visited(t, j, "FIRST", "shop.example")
			visited(t, j, "GOOD", "good.example")
			record(t, j, Event{Host: "shop.example", Incident: "BEFORE", Severity: SeverityRed, Action: ActionBlock})
			decide(t, j, "FIRST", DecisionConfirmed, "")
			decide(t, j, "GOOD", DecisionFalseAlarm, "")
			tt.e.Incident = "LATER"
			record(t, j, tt.e)
			inc := incidentNamed(t, path, "LATER")
			if inc.State != tt.state || (inc.State == StateConfirmed) != (inc.Earlier == "FIRST" && inc.By == "hana" && !inc.Decided.IsZero()) || inc.Ended {
				t.Errorf("later: %+v; want it %s", inc, tt.state)
			}
			n, err := reader(t, path).OpenIncidents(t.Context(), time.Time{})
			want := OpenCount{} // BEFORE was decided together with FIRST
			if tt.state == StateOpen && tt.e.Severity == SeverityRed {
				want.Red++
			}
			if n != want || err != nil {
				t.Errorf("waiting %+v, %v; want %+v", n, err, want)
			}
			consistent(t, path)
		})
	}
}

// TestEarlierEnds: a visit says that it is confirmed as long as the decision that it
// falls under holds, also after a restart, and can be decided by itself.
func TestEarlierEnds(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	again := func(id string) Incident {
		t.Helper()
		record(t, j, Event{Host: "shop.example", Incident: id, Severity: SeverityRed, Action: ActionBlock})
		return incidentNamed(t, path, id)
	}
	again("FIRST")
	decide(t, j, "FIRST", DecisionConfirmed, "")
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	j = open(t, path, Options{})
	if inc := again("SECOND"); inc.State != StateConfirmed {
		t.Errorf("after a restart: %s", inc.State)
	}
	if err := j.RemoveException(t.Context(), "shop.example", ""); err != nil {
		t.Fatal(err)
	}
	if inc := incidentNamed(t, path, "SECOND"); !inc.Ended {
		t.Errorf("taken back: %+v; want it ended", inc)
	}
	if inc := again("THIRD"); inc.State != StateOpen {
		t.Errorf("after it was taken back: %s", inc.State)
	}
	decide(t, j, "FIRST", DecisionConfirmed, "")
	if inc := incidentNamed(t, path, "SECOND"); inc.Ended {
		t.Error("confirmed once more, and ended")
	}
	again("FOURTH")
	decide(t, j, "SECOND", DecisionAllow, "15m")
	if inc := incidentNamed(t, path, "SECOND"); inc.State != StateAllowed || inc.Earlier != "" || inc.Ended {
		t.Errorf("decided by itself: %+v", inc)
	}
	if inc := incidentNamed(t, path, "FOURTH"); inc.Ended || inc.PassesUntil.IsZero() {
		t.Errorf("the block rests, and FOURTH: %+v", inc)
	}
	if inc := again("FIFTH"); inc.State != StateOpen {
		t.Errorf("allowed, and the next is %s", inc.State)
	}
}

// TestAskedAgain: an objection to what was decided waits for a decision, and ends
// nothing.
func TestAskedAgain(t *testing.T) {
	t.Parallel()
	for _, decision := range []string{DecisionConfirmed, DecisionFalseAlarm, DecisionAllow} {
		t.Run(decision, func(t *testing.T) {
			t.Parallel()
			path := place(t)
			j := open(t, path, Options{})
			visited(t, j, "INC", "shop.example")
			decide(t, j, "INC", decision, "")
			for _, reason := range []string{"it is ours", "really"} {
				if err := j.Appeal(t.Context(), "INC", reason); err != nil {
					t.Fatal(err)
				}
				inc := incidentNamed(t, path, "INC")
				if inc.State != StateOpen || inc.Again != decisions[decision] || inc.Appeal != reason || inc.By != "hana" || inc.Decided.IsZero() {
					t.Errorf("incident %+v; want it to wait again", inc)
				}
			}
			if n, err := reader(t, path).OpenIncidents(t.Context(), time.Time{}); n != (OpenCount{Red: 1, Appeals: 1}) || err != nil {
				t.Errorf("waiting %+v, %v", n, err)
			}
			if list, err := j.Exceptions(t.Context()); len(list) != 1 || err != nil {
				t.Errorf("exceptions %+v, %v; want the one that holds", list, err)
			}
			record(t, j, Event{Host: "shop.example", Incident: "NEXT", Severity: SeverityRed, Action: ActionBlock})
			if got := incidentNamed(t, path, "NEXT"); (got.State == StateConfirmed && !got.Ended) != (decision == DecisionConfirmed) {
				t.Errorf("the next visit: %+v", got)
			}
			decide(t, j, "INC", DecisionConfirmed, "")
			if inc := incidentNamed(t, path, "INC"); inc.State != StateConfirmed || inc.Again != "" {
				t.Errorf("decided once more: %+v", inc)
			}
			if n, err := reader(t, path).OpenIncidents(t.Context(), time.Time{}); n.Appeals != 0 || err != nil {
				t.Errorf("waiting %+v, %v; want no objection", n, err)
			}
		})
	}
}

// TestStoppedSince: something that is stopped although the incident was decided to let
// pass waits, unless it was under way when that was decided.
func TestStoppedSince(t *testing.T) {
	t.Parallel()
	now := time.Now()
	held := Event{Host: "shop.example", Door: DoorGuard, Severity: SeverityRed, Action: ActionHold}
	for _, tt := range []struct {
		name, decision string
		after          time.Duration
		e              Event
		want           string
	}{
		{"a protected sign-in", DecisionAllow, 10 * time.Second, held, StateOpen},
		{"after a false alarm", DecisionFalseAlarm, time.Minute, held, StateOpen},
		{"confirmed", DecisionConfirmed, time.Minute, held, StateConfirmed},
		{"under way", DecisionAllow, time.Second, held, StateAllowed},
		{"gone on", DecisionAllow, time.Minute, Event{Host: "shop.example", Severity: SeverityRed, Action: ActionRelease}, StateAllowed},
		{"a protected sign-in at once", DecisionAllow, time.Millisecond, Event{Host: "shop.example", Door: DoorGuard, Severity: SeverityRed, Action: ActionHold, Technique: "protected-sign-in"}, StateOpen},
		{"a protected password at once", DecisionFalseAlarm, time.Second, Event{Host: "shop.example", Door: DoorGuard, Severity: SeverityAmber, Action: ActionHold, Technique: "protected-password"}, StateOpen},
		{"Amazon's own fields at once", DecisionAllow, time.Second, Event{Host: "shop.example", Door: DoorGuard, Severity: SeverityRed, Action: ActionHold, Technique: "amazon-fields"}, StateOpen},
		{"an unfamiliar sign-in under way", DecisionAllow, time.Second, Event{Host: "shop.example", Door: DoorGuard, Severity: SeverityAmber, Action: ActionHold, Technique: "unfamiliar-sign-in"}, StateAllowed},
		{"a visitor's reason", DecisionAllow, time.Minute, Event{Host: "shop.example", Severity: SeverityInfo, Action: ActionWarn, Technique: TechniqueAppeal}, StateAllowed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := place(t)
			j := open(t, path, Options{})
			visited(t, j, "INC", "shop.example")
			if err := j.Decide(t.Context(), Decision{Incident: "INC", Decision: tt.decision, Time: now}); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				tt.e.Incident, tt.e.Time = "INC", now.Add(tt.after)
				record(t, j, tt.e)
			}
			inc := incidentNamed(t, path, "INC")
			if inc.State != tt.want || (inc.Again != "") != (tt.want == StateOpen) || inc.Ended {
				t.Errorf("%+v; want it %s", inc, tt.want)
			}
			consistent(t, path)
		})
	}
}
