package console

import (
	"strings"
	"testing"

	"sekisho/journal"
)

// TestNewestDanger holds that what was found harmless is not shown as the newest danger.
func TestNewestDanger(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie := signedIn(t, s, "viewer")
	record := func(host string) string {
		incident, sent := journal.NewIncident(), false
		e := journal.Event{Door: journal.DoorProxy, Client: "127.0.0.1", Host: host, Action: journal.ActionBlock, Severity: journal.SeverityRed, Sent: &sent, Incident: incident}
		if _, err := s.options.Journal.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		return incident
	}
	newest := func() string {
		body := send(t, s, "GET", "/?lang=en", cookie, "").body
		_, after, _ := strings.Cut(body, "Newest danger")
		before, _, _ := strings.Cut(after, "</section>")
		return before
	}
	record("first.example")
	later := record("later.example")
	if got := newest(); !strings.Contains(got, "later.example") || !strings.Contains(got, "<dt>Sent</dt><dd><strong>Nothing was sent</strong>") {
		t.Fatalf("newest = %q; want later.example, and that nothing was sent", got)
	}
	d := journal.Decision{Incident: later, Decision: journal.DecisionFalseAlarm, By: "hana", For: "90d"}
	if err := s.options.Journal.Decide(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if got := newest(); !strings.Contains(got, "first.example") || strings.Contains(got, "later.example") {
		t.Errorf("newest = %q; want first.example", got)
	}
}
