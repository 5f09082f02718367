package console

import (
	"strings"
	"testing"
	"time"

	"sekisho/journal"
	"sekisho/staff"
)

// TestOthersOnPages: one click decides about a site, the page says of how many visits,
// and what lets it pass for longer is neither cut nor kept from whoever decides.
func TestOthersOnPages(t *testing.T) {
	t.Parallel()
	s, id := startWithIncident(t)
	reviewer := signedIn(t, s, "reviewer")
	visit := func(client string) string {
		t.Helper()
		e := journal.Event{
			Door: journal.DoorPage, Client: client, Host: "amazon-signin.example", Action: journal.ActionBlock, Severity: journal.SeverityRed,
			Ground: "page", Technique: "sign-in-copy", Incident: journal.NewIncident(),
		}
		if _, err := s.options.Journal.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		return e.Incident
	}
	says := func(id string, want ...string) {
		t.Helper()
		body := send(t, s, "GET", "/incidents/"+id+"?lang=en", reviewer, "").body
		for _, text := range want {
			if !strings.Contains(body, text) {
				t.Errorf("the page does not say %q: %s", text, body)
			}
		}
	}
	decide := func(id, form string) {
		t.Helper()
		if got := send(t, s, "POST", "/incidents/"+id+"/decision", reviewer, form, "Content-Type", asForm); got.status != 303 {
			t.Fatalf("%s: %d", form, got.status)
		}
	}
	second, third := visit("192.0.2.2"), visit("192.0.2.3")
	says(id, "are decided with this one", "/incidents?host=amazon-signin.example&amp;state=open")
	decide(id, "verdict=allow:24h")
	says(id, "decided with it: 2.", "takes the place of the decision above")
	for _, other := range []string{second, third} {
		if inc := incidentOf(t, s, other); inc.State != journal.StateAllowed || inc.By != "reviewer" || inc.Earlier != id {
			t.Errorf("another: %+v", inc)
		}
		says(other, "lets this site pass. It counts for this one", `href="/incidents/`+id+`"`)
	}
	if body := send(t, s, "GET", "/incidents?state=open", reviewer, "").body; strings.Contains(body, second) || strings.Contains(body, third) {
		t.Error("they wait")
	}

	fourth := visit("192.0.2.4")
	says(fourth, "A decision on another visit lets this site pass:", "does not cut it")
	decide(fourth, "verdict=allow:15m")
	says(fourth, "lets this site pass. It counts for this one", "does not cut it")
	fifth := visit("192.0.2.5")
	inc := fetch[incidentWhole](t, s, "POST", "/incidents/"+fifth+"/decision", `{"decision":"allow","for":"15m"}`, token(t, s, staff.Reviewer)).Incident
	x, err := s.options.Journal.Exceptions(t.Context())
	if err != nil || len(x) != 1 || x[0].Incident != id || time.Until(x[0].Until) < 23*time.Hour {
		t.Errorf("exceptions %+v, %v; want that for a day", x, err)
	}
	if len(x) == 1 && !inc.Until.Equal(x[0].Until) || inc.Earlier != id || inc.State != journal.StateAllowed {
		t.Errorf("by the API: %+v", inc)
	}
}
