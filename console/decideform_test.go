package console

import (
	"strings"
	"testing"
	"time"

	"sekisho/journal"
)

// TestLastDayIsNotIgnored: a last day is refused with what it does not go with, and a
// form that was refused has all that was typed into it.
func TestLastDayIsNotIgnored(t *testing.T) {
	t.Parallel()
	s, id := startWithIncident(t)
	at, reviewer := "/incidents/"+id, signedIn(t, s, "reviewer")
	day := time.Now().AddDate(0, 0, 5).Format(time.DateOnly)
	for _, test := range []struct{ verdict, until string }{
		{"confirmed", day},
		{"allow:15m", day},
		{"allow:always", day},
		{"false_alarm", "2020-01-01"},
	} {
		got := post(t, s, at+"/decision?lang=en", reviewer, "verdict", test.verdict, "until", test.until, "for", "30d", "note", "our supplier")
		if got.status != 422 || incidentOf(t, s, id).State != journal.StateOpen {
			t.Errorf("%s until %s: %d", test.verdict, test.until, got.status)
		}
		for _, want := range []string{`value="` + test.until + `"`, `<option value="30d" selected>`, ">our supplier</textarea>"} {
			if !strings.Contains(got.body, want) {
				t.Errorf("%s: the form lost %q", test.verdict, want)
			}
		}
	}
}

// TestDecidedMeanwhile: of two who decide by pages opened before, the later one is told
// what happened, and may decide all the same.
func TestDecidedMeanwhile(t *testing.T) {
	t.Parallel()
	s, id := startWithIncident(t)
	at, first, second := "/incidents/"+id, signedIn(t, s, "reviewer"), signedIn(t, s, "owner")
	decided := func(body string) string {
		for _, in := range find(t, body, "input") {
			if attr(in, "name") == "decided" {
				return attr(in, "value")
			}
		}
		t.Fatal("the form does not say over what it decides")
		return ""
	}
	opened := decided(send(t, s, "GET", at, first, "").body)
	if got := post(t, s, at+"/decision", first, "verdict", "confirmed", "decided", opened); got.status != 303 {
		t.Fatalf("the first decision: %d", got.status)
	}
	got := post(t, s, at+"/decision?lang=en", second, "verdict", "allow:always", "decided", opened, "note", "our supplier")
	if inc := incidentOf(t, s, id); got.status != 409 || inc.State != journal.StateConfirmed || inc.By != "reviewer" {
		t.Fatalf("the second: %d, %+v", got.status, inc)
	}
	if !strings.Contains(got.body, "another decision was taken") || !strings.Contains(got.body, ">our supplier</textarea>") {
		t.Error("the page does not say what happened, or lost the note")
	}
	if got := post(t, s, at+"/decision", second, "verdict", "allow:always"); got.status != 409 {
		t.Errorf("a form that knows of no decision: %d; want 409", got.status)
	}
	if got := post(t, s, at+"/decision", second, "verdict", "allow:always", "decided", decided(got.body)); got.status != 303 || incidentOf(t, s, id).By != "owner" {
		t.Errorf("once more: %d", got.status)
	}
	// What was taken back, or given another end, is news as well.
	for name, change := range map[string]func() error{
		"removed": func() error { return s.options.Journal.RemoveException(t.Context(), "amazon-signin.example", "") },
		"changed": func() error {
			end := time.Now().Add(time.Hour)
			return s.options.Journal.ChangeException(t.Context(), "amazon-signin.example", "", "", &end)
		},
	} {
		opened = decided(send(t, s, "GET", at, first, "").body)
		if err := change(); err != nil {
			t.Fatal(err)
		}
		got := post(t, s, at+"/decision", second, "verdict", "allow:24h", "decided", opened)
		if got.status != 409 {
			t.Errorf("%s: %d; want 409", name, got.status)
		}
		if got := post(t, s, at+"/decision", second, "verdict", "allow:24h", "decided", decided(got.body)); got.status != 303 {
			t.Errorf("%s, once more: %d", name, got.status)
		}
	}
}

// TestTakenBackMeanwhile: the same where the exception is that of another visit.
func TestTakenBackMeanwhile(t *testing.T) {
	t.Parallel()
	s, id := startWithIncident(t)
	other := journal.NewIncident()
	recordBlocked(t, s, "amazon-signin.example", "", other)
	cookie := signedIn(t, s, "reviewer")
	if got := post(t, s, "/incidents/"+id+"/decision", cookie, "verdict", "confirmed"); got.status != 303 {
		t.Fatalf("the decision: %d", got.status)
	}
	known := over(incidentOf(t, s, other)) // decided with the first
	if err := s.options.Journal.RemoveException(t.Context(), "amazon-signin.example", ""); err != nil {
		t.Fatal(err)
	}
	if got := post(t, s, "/incidents/"+other+"/decision", cookie, "verdict", "confirmed", "decided", known); got.status != 409 {
		t.Errorf("after the exception of the first was removed: %d; want 409", got.status)
	}
	if got := post(t, s, "/incidents/"+other+"/decision", cookie, "verdict", "confirmed", "decided", over(incidentOf(t, s, other))); got.status != 303 {
		t.Errorf("knowing that: %d; want 303", got.status)
	}
}
