package journal

import (
	"testing"
	"time"
)

// TestDecisionEnded: an incident says when what was decided on it holds no more:
// taken back, replaced by what was decided on another, or over.
func TestDecisionEnded(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	r := reader(t, path)
	check := func(step string, want map[string]bool) {
		t.Helper()
		for id, ended := range want {
			inc, _, err := r.IncidentByID(t.Context(), id)
			if err != nil || inc.Ended != ended || inc.State != StateAllowed && inc.State != StateConfirmed {
				t.Errorf("%s: %s is %+v, %v; want ended %v", step, id, inc, err, ended)
			}
		}
	}
	decide := func(d Decision) {
		t.Helper()
		if err := j.Decide(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	visited(t, j, "INC1", "shop.example")
	visited(t, j, "INC2", "shop.example")
	visited(t, j, "INC3", "other.example")
	decide(Decision{Incident: "INC1", Decision: DecisionAllow})
	decide(Decision{Incident: "INC1", Decision: DecisionAllow, For: "24h"}) // again, on the same
	decide(Decision{Incident: "INC3", Decision: DecisionAllow})
	check("allowed", map[string]bool{"INC1": false, "INC3": false})
	decide(Decision{Incident: "INC2", Decision: DecisionConfirmed})
	check("another decision", map[string]bool{"INC1": true, "INC2": false, "INC3": false})
	if err := j.RemoveException(t.Context(), "shop.example", ""); err != nil {
		t.Fatal(err)
	}
	check("taken back", map[string]bool{"INC1": true, "INC2": true, "INC3": false})
	decide(Decision{Incident: "INC3", Decision: DecisionAllow, For: "15m", Time: time.Now().Add(-time.Hour)})
	check("over", map[string]bool{"INC3": true})
	if err := j.ChangeException(t.Context(), "other.example", "", "", &time.Time{}); err != nil {
		t.Fatal(err)
	}
	check("made to hold again", map[string]bool{"INC3": false})
	consistent(t, path)
}

// TestExceptionThatCounts: without a kind the exception is meant that counts, a block as
// soon as what let the site pass above it is over.
func TestExceptionThatCounts(t *testing.T) {
	t.Parallel()
	j := open(t, place(t), Options{})
	visited(t, j, "INC1", "shop.example")
	for _, d := range []Decision{
		{Incident: "INC1", Decision: DecisionConfirmed},
		{Incident: "INC1", Decision: DecisionAllow, For: "15m", Time: time.Now().Add(-time.Hour)},
	} {
		if err := j.Decide(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.ChangeException(t.Context(), "shop.example", "", "false shop", nil); err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[string]string{ExceptionBlock: "false shop", ExceptionAllow: ""} {
		if got := reasonOf(t, j, kind); got != want {
			t.Errorf("the reason of %s is %q; want %q", kind, got, want)
		}
	}
	if err := j.RemoveException(t.Context(), "shop.example", ""); err != nil {
		t.Fatal(err)
	}
	if all, err := j.AllExceptions(t.Context()); err != nil || len(all) != 1 || all[0].Kind != ExceptionAllow {
		t.Errorf("left is %+v, %v; want what is over", all, err)
	}
}

func reasonOf(t *testing.T, j *Journal, kind string) string {
	t.Helper()
	all, err := j.AllExceptions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range all {
		if x.Kind == kind {
			return x.Reason
		}
	}
	t.Fatalf("there is no exception of the kind %s", kind)
	return ""
}

// TestOverIsNotLonger: what is over already does not stand in for a decision, though
// that ended earlier still.
func TestOverIsNotLonger(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	visited(t, j, "INC1", "shop.example")
	if err := j.Decide(t.Context(), Decision{Incident: "INC1", Decision: DecisionAllow, For: "15m", Time: time.Now().Add(-time.Hour)}); err != nil {
		t.Fatal(err)
	}
	visited(t, j, "INC2", "shop.example")
	if err := j.Decide(t.Context(), Decision{Incident: "INC2", Decision: DecisionAllow, For: "15m", Time: time.Now().Add(-2 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if inc, _, err := reader(t, path).IncidentByID(t.Context(), "INC2"); err != nil || inc.Earlier != "" {
		t.Errorf("INC2 = %+v, %v; want it under its own decision", inc, err)
	}
}

func TestTermOf(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 11, 25, 22, 30, 0, 0, time.Local)
	for term, want := range map[string]time.Time{
		"": {}, "always": {}, "15m": begin.Add(15 * time.Minute), "24h": begin.Add(24 * time.Hour),
		"30d": begin.Add(30 * day), "90d": begin.Add(90 * day),
		"2026-11-25": time.Date(2026, 11, 26, 0, 0, 0, 0, time.Local), "2028-02-29": time.Date(2028, 3, 1, 0, 0, 0, 0, time.Local),
	} {
		if got, ok := termOf(term, begin); !ok || !got.Equal(want) {
			t.Errorf("%q ends %v, %v; want %v", term, got, ok, want)
		}
	}
	for _, term := range []string{"2026-11-24", "2026-02-30", "1y", "-15m", "15M", "2026-11-25T00:00:00Z", "always "} {
		if got, ok := termOf(term, begin); ok {
			t.Errorf("%q ends %v; want none", term, got)
		}
	}
}
