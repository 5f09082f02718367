package console

import (
	"html"
	"strings"
	"testing"

	"sekisho/journal"
	"sekisho/staff"
)

// TestAppealIsShown: what a visitor says, and when, is where people review.
func TestAppealIsShown(t *testing.T) {
	t.Parallel()
	s, id := startWithIncident(t)
	cookie := signedIn(t, s, "reviewer")
	const said = `our <b>supplier</b> "Hana"`
	if got := send(t, s, "GET", "/incidents?appealed=true&lang=en", cookie, "").body; strings.Contains(got, id) {
		t.Error("there is an objection before anybody made one")
	}
	if err := s.options.Journal.Appeal(t.Context(), id, said); err != nil {
		t.Fatal(err)
	}
	e := journal.Event{
		Door: journal.DoorPage, Client: "192.0.2.1", Host: "amazon-signin.example", Action: journal.ActionWarn, Severity: journal.SeverityInfo,
		Technique: journal.TechniqueAppeal, Detail: said, Incident: id,
	}
	if _, err := s.options.Journal.Record(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	list := fetch[incidentList](t, s, "GET", "/incidents?appealed=true", "", token(t, s, staff.Viewer)).Incidents
	if len(list) != 1 || list[0].ID != id || list[0].Appeal != said || list[0].Appealed.IsZero() {
		t.Fatalf("for review are %+v", list)
	}
	when := list[0].Appealed.UTC().Format("2006-01-02T15:04:05Z")
	for path, timed := range map[string]bool{"/incidents?appealed=true&state=open": true, "/incidents/" + id: true, "/events?technique=appeal": false} {
		got := send(t, s, "GET", path, cookie, "").body
		if !strings.Contains(got, html.EscapeString(said)) || timed && !strings.Contains(got, when) {
			t.Errorf("%s does not say what the visitor said, and when: %s", path, got)
		}
	}
	if got := send(t, s, "GET", "/?lang=en", cookie, "").body; !strings.Contains(got, "1</strong> objection") {
		t.Errorf("the overview counts none: %s", got)
	}
}
