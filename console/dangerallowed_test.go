package console

import (
	"strings"
	"testing"

	"sekisho/journal"
	"sekisho/staff"
)

// TestAllowedRemainsDanger: who lets a site pass after a password went there leaves the
// overview's answer and its list as they were; a false alarm takes it out, and what was
// sent is said beside it.
func TestAllowedRemainsDanger(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	reviewer, viewer, api := signedIn(t, s, "reviewer"), signedIn(t, s, "viewer"), token(t, s, staff.Viewer)
	yes, id := true, journal.NewIncident()
	e := journal.Event{Door: journal.DoorGuard, Client: "192.0.2.1", Host: "gadget.example", Action: journal.ActionHold, Severity: journal.SeverityRed, Technique: "protected-sign-in", Account: "shop", Sent: &yes, Incident: id}
	if _, err := s.options.Journal.Record(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	const no, cleared = "No. No device was in danger.", "In some of these something was sent"
	for _, verdict := range []string{"", "allow:15m", "allow:24h", "allow:always", "confirmed", "allow:15m", "false_alarm&for=90d"} {
		if verdict != "" {
			if got := send(t, s, "POST", "/incidents/"+id+"/decision", reviewer, knowing(t, s, id, "verdict="+verdict), "Content-Type", asForm); got.status != 303 {
				t.Fatalf("%s: %d %s", verdict, got.status, got.body)
			}
		}
		harmless := strings.HasPrefix(verdict, "false_alarm")
		body := send(t, s, "GET", "/?lang=en", viewer, "").body
		for _, part := range []string{"Yes: 1 danger on 1 device.", "Something was sent to the site.", "change it at once", ">gadget.example</bdi>"} {
			if strings.Contains(body, part) == harmless {
				t.Errorf("%q: the overview and %q", verdict, part)
			}
		}
		for _, part := range []string{no, cleared, "it was a false alarm"} {
			if strings.Contains(body, part) != harmless {
				t.Errorf("%q: the overview and %q", verdict, part)
			}
		}
		for danger, want := range map[string]bool{"true": !harmless, "harmless": harmless} {
			list := fetch[incidentList](t, s, "GET", "/incidents?danger="+danger, "", api).Incidents
			page := send(t, s, "GET", "/incidents?danger="+danger, viewer, "").body
			if len(list) == 1 != want || strings.Contains(page, "/incidents/"+id) != want {
				t.Errorf("%q: danger=%s has %d", verdict, danger, len(list))
			}
		}
		if page := send(t, s, "GET", "/incidents/"+id+"?lang=en", viewer, "").body; strings.Contains(page, "</span> sending stopped") {
			t.Errorf("%q: the page says that sending was stopped", verdict)
		}
	}
}
