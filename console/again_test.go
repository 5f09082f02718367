package console

import (
	"html"
	"strings"
	"testing"
	"time"

	"sekisho/journal"
	"sekisho/staff"
)

// stops records that a visit to the site of startWithIncident was stopped, and returns
// its incident.
func stops(t *testing.T, s *Server, events ...journal.Event) (id string) {
	t.Helper()
	id = journal.NewIncident()
	for _, e := range events {
		e.Incident, e.Host, e.Client, e.Severity = id, "amazon-signin.example", "192.0.2.1", journal.SeverityRed
		if _, err := s.options.Journal.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	return id
}

// TestConfirmedOnce: what was confirmed does not wait at the next visit, and the pages
// say why; an objection to it does wait.
func TestConfirmedOnce(t *testing.T) {
	t.Parallel()
	s, first := startWithIncident(t)
	reviewer := signedIn(t, s, "reviewer")
	send(t, s, "POST", "/incidents/"+first+"/decision", reviewer, "verdict=confirmed", "Content-Type", asForm)
	later := stops(t, s, journal.Event{Door: journal.DoorProxy, Action: journal.ActionBlock, Ground: "blocklist"})
	read := func(path string) string {
		_, main, _ := strings.Cut(send(t, s, "GET", path, reviewer, "").body, `id="main"`)
		return html.UnescapeString(main)
	}
	for path, want := range map[string]string{
		"/incidents/" + later + "?lang=en": "Somebody confirmed this site at another visit.",
		"/incidents/" + later + "?lang=ja": "別の訪問についての判断で偽サイトと確認済みです",
		"/incidents/" + later:              `href="/incidents/` + first + `"`,
		"/incidents?state=confirmed":       "偽サイトと確認済み（以前の判断）",
		"/?lang=en":                        "<strong>0</strong> dangers",
	} {
		if body := read(path); !strings.Contains(body, want) {
			t.Errorf("%s does not say %q: %s", path, want, body)
		}
	}
	if body := read("/incidents?state=open"); strings.Contains(body, later) {
		t.Error("it waits for a decision")
	}
	if err := s.options.Journal.Appeal(t.Context(), later, "it is our own shop"); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/?lang=en":                           "<strong>1</strong> objection",
		"/incidents?appealed=true&state=open": "再確認待ち",
		"/incidents/" + later + "?lang=en":    "asked for another look. What was decided before:",
	} {
		if body := read(path); !strings.Contains(body, want) {
			t.Errorf("asked again, and %s does not say %q: %s", path, want, body)
		}
	}
}

// TestStoppedSince: what is stopped after it was let pass waits, and the pages say so.
func TestStoppedSince(t *testing.T) {
	t.Parallel()
	s, id := startWithIncident(t)
	reviewer := signedIn(t, s, "reviewer")
	send(t, s, "POST", "/incidents/"+id+"/decision", reviewer, "verdict=allow:always", "Content-Type", asForm)
	e := journal.Event{
		Door: journal.DoorGuard, Host: "amazon-signin.example", Action: journal.ActionHold, Severity: journal.SeverityRed,
		Technique: "protected-sign-in", Incident: id, Time: time.Now().Add(time.Minute),
	}
	if _, err := s.options.Journal.Record(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/incidents?state=open&lang=en": "stopped again, waiting",
		"/incidents/" + id + "?lang=en": "something was stopped there again. What was decided before:</p>\n<p>allowed",
	} {
		if body := send(t, s, "GET", path, reviewer, "").body; !strings.Contains(body, want) {
			t.Errorf("%s does not say %q: %s", path, want, body)
		}
	}
}

// TestSentSaysTheWorst: neither page nor report says that nothing was sent when of one
// of the visit's requests nobody knows.
func TestSentSaysTheWorst(t *testing.T) {
	t.Parallel()
	s, _ := startWithIncident(t)
	viewer := signedIn(t, s, "viewer")
	no := false
	id := stops(t, s, journal.Event{Door: journal.DoorPage, Action: journal.ActionBlock}, journal.Event{Door: journal.DoorPage, Action: journal.ActionBlock, Sent: &no})
	page := send(t, s, "GET", "/incidents/"+id+"?lang=en", viewer, "").body
	if _, said, _ := strings.Cut(page, "<dt>Sent</dt>"); !strings.HasPrefix(said, "<dd>Not known</dd>") {
		t.Errorf("the page says %.60q", said)
	}
	if report := send(t, s, "GET", "/incidents/"+id+"/report.txt?in=en", viewer, "").body; !strings.Contains(report, "■ Sent\n  Not known\n") {
		t.Errorf("the report says %s", report)
	}
	if inc := incidentOf(t, s, id); inc.Sent != nil {
		t.Errorf("the API says %v", *inc.Sent)
	}
}

// TestObjectionIsNoRequest: nothing is said of what a visitor's objection sent to the site.
func TestObjectionIsNoRequest(t *testing.T) {
	t.Parallel()
	s, _ := startWithIncident(t)
	no := false
	id := stops(t, s, journal.Event{Door: journal.DoorProxy, Action: journal.ActionBlock, Sent: &no}, journal.Event{Door: journal.DoorPage, Technique: journal.TechniqueAppeal})
	page := send(t, s, "GET", "/incidents/"+id+"?lang=en", signedIn(t, s, "viewer"), "").body
	if _, records, _ := strings.Cut(page, "<tbody>"); strings.Contains(records, "Not known") || !strings.Contains(records, "Nothing was sent") {
		t.Errorf("the records are %s", records)
	}
}

// TestReasonOfOneClick: an exception that nobody wrote a note for says what it rests
// on, and who decided, in the person's language.
func TestReasonOfOneClick(t *testing.T) {
	t.Parallel()
	s, id := startWithIncident(t)
	bearer, viewer := token(t, s, staff.Reviewer), signedIn(t, s, "viewer")
	for decision, want := range map[string][2]string{
		"confirmed":   {"偽サイトと判断したため", "Confirmed as an imitation"},
		"false_alarm": {"誤検知と判断したため", "Called a false alarm"},
		"allow":       {"許可したため", "Let pass when an incident"},
	} {
		fetch[incidentWhole](t, s, "POST", "/incidents/"+id+"/decision", `{"decision":"`+decision+`"}`, bearer)
		for i, by := range []string{"API トークン ", "API token "} {
			lang := []string{"ja", "en"}[i]
			for _, path := range []string{"/exceptions", "/audit", "/incidents/" + id} {
				body := send(t, s, "GET", path+"?lang="+lang, viewer, "").body
				if !strings.Contains(body, "<bdi>"+by) || path == "/exceptions" && !strings.Contains(body, want[i]) {
					t.Errorf("%s, %s of %s: %s", lang, path, decision, body)
				}
			}
		}
	}
}

// TestExportCursor: an export refuses a cursor that the page refuses.
func TestExportCursor(t *testing.T) {
	t.Parallel()
	s, _ := startFull(t)
	viewer := signedIn(t, s, "viewer")
	next := fetch[eventList](t, s, "GET", "/events?limit=1", "", token(t, s, staff.Viewer)).Next
	if next == "" {
		t.Fatal("no second page")
	}
	for query, want := range map[string]int{"": 200, "cursor=x": 400, "cursor=" + next: 200, "host=other.example&cursor=" + next: 400} {
		for _, path := range []string{"/events.csv?", "/events.jsonl?", "/events?"} {
			if got := send(t, s, "GET", path+query, viewer, "").status; got != want {
				t.Errorf("%s%s: %d; want %d", path, query, got, want)
			}
		}
	}
}
