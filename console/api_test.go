package console

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"sekisho/console/throttle"
	"sekisho/journal"
	"sekisho/staff"
)

// startWithIncident serves a console whose journal has a red incident of one host,
// with every field set, and an event without an incident.
func startWithIncident(t *testing.T) (s *Server, id string) {
	t.Helper()
	s = start(t, nil)
	id = journal.NewIncident()
	no := false
	for _, e := range []journal.Event{
		{Door: journal.DoorDNS, Client: "192.0.2.9", Host: "shop.example", Action: journal.ActionAllow, Severity: journal.SeverityInfo},
		{
			Door: journal.DoorGuard, Client: "192.0.2.1", Device: "till", Host: "amazon-signin.example", Action: journal.ActionHold,
			Severity: journal.SeverityRed, Ground: "lookalike", Technique: "combosquat", Target: "sellercentral.amazon.co.jp", Score: 0.998,
			Detail: "amozon ~ amazon", Signs: []string{"title"}, Fields: []string{"password"}, Account: "main shop", Sent: &no, Incident: id,
		},
	} {
		if _, err := s.options.Journal.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	return s, id
}

// token returns the Authorization header of a new token.
func token(t *testing.T, s *Server, r staff.Role) []string {
	t.Helper()
	secret, err := s.options.Staff.AddToken("t"+r.String(), r, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return []string{"Authorization", "Bearer " + secret, "Content-Type", "application/json"}
}

// fetch reads the answer of an operation.
func fetch[T any](t *testing.T, s *Server, method, path, body string, header []string) (v T) {
	t.Helper()
	got := send(t, s, method, "/api/v1"+path, "", body, header...)
	if got.status != 200 {
		t.Fatalf("%s %s: %d %s", method, path, got.status, got.body)
	}
	if err := json.Unmarshal([]byte(got.body), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestEventsOfAPI(t *testing.T) {
	t.Parallel()
	s, id := startWithIncident(t)
	viewer := token(t, s, staff.Viewer)
	all := fetch[eventList](t, s, "GET", "/events", "", viewer)
	if len(all.Events) != 2 || all.Events[0].Incident != id || all.Events[1].Host != "shop.example" {
		t.Errorf("events %+v; want both, the newest first", all.Events)
	}
	for query, want := range map[string]int{
		"?host=amazon-signin.example": 1, "?severity=red&action=hold&door=guard": 1, "?client=192.0.2.9": 1, "?account=main+shop": 1,
		"?device=till": 1, "?technique=combosquat": 1, "?text=signin": 1, "?text=nothing": 0, "?incident=" + id: 1, "?since=1h": 2, "?until=2020-01-01": 0,
	} {
		if got := fetch[eventList](t, s, "GET", "/events"+query, "", viewer); len(got.Events) != want || got.Events == nil {
			t.Errorf("%s: %+v; want %d", query, got.Events, want)
		}
	}
	// Page by page everything comes, once.
	var hosts []string
	for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
		if pages > 10 {
			t.Fatal("the pages do not end")
		}
		got := fetch[eventList](t, s, "GET", "/events?limit=1&cursor="+cursor, "", viewer)
		for _, e := range got.Events {
			hosts = append(hosts, e.Host)
		}
		cursor = got.Next
	}
	if strings.Join(hosts, " ") != "amazon-signin.example shop.example" {
		t.Errorf("page by page: %v", hosts)
	}
}

func TestEmptyJournal(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	viewer := token(t, s, staff.Viewer)
	for _, path := range []string{"/events", "/incidents"} {
		got := send(t, s, "GET", "/api/v1"+path, "", "", viewer...)
		if got.status != 200 || !strings.Contains(got.body, ":[]") {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}

func TestStatusOfAPI(t *testing.T) {
	t.Parallel()
	s, _ := startWithIncident(t)
	got := fetch[status](t, s, "GET", "/status", "", token(t, s, staff.Viewer))
	if got.Status != "ok" || got.Mode != "enforce" || got.Version != "test" || got.OpenIncidents != 1 || got.MoreOpen || got.Parts["dns"] != "off" {
		t.Errorf("%+v", got)
	}
}

func TestCheckOfAPI(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	got := fetch[struct{ Results []checkResult }](t, s, "POST", "/check",
		`{"names":["https://sellercentral.amazon.co.jp/x","amazon-signin.example","a b","xn--a.example","https://xn--a.example/"]}`, token(t, s, staff.Viewer))
	if len(got.Results) != 5 {
		t.Fatalf("%+v", got)
	}
	for i, want := range []string{"allow", "block", "invalid", "allow", "allow"} {
		if r := got.Results[i]; r.Action != want || r.Input == "" || (want == "invalid") != (r.Host == "") {
			t.Errorf("%+v; want %s", r, want)
		}
	}
}

// TestDecision: what a reviewer decides is passed on with who it was, comes back
// with the incident, and is in the audit log.
func TestDecision(t *testing.T) {
	t.Parallel()
	s, id := startWithIncident(t)
	var seen []journal.Decision
	store := s.options.Decide
	s.options.Decide = func(ctx context.Context, d journal.Decision) error {
		seen = append(seen, d)
		return store(ctx, d)
	}
	reviewer := token(t, s, staff.Reviewer)
	got := fetch[incidentWhole](t, s, "POST", "/incidents/"+id+"/decision", `{"decision":"false_alarm","for":"24h","note":"our printer"}`, reviewer)
	if got.Incident.State != journal.StateFalseAlarm || got.Incident.By != "token treviewer" || got.Incident.Note != "our printer" || len(got.Events) == 0 {
		t.Errorf("answer %+v", got)
	}
	if len(seen) != 1 || seen[0].Incident != id || seen[0].For != "24h" || seen[0].By != "token treviewer" || seen[0].Time.IsZero() {
		t.Errorf("passed on: %+v", seen)
	}
	kept, err := s.options.Journal.Exceptions(t.Context())
	if err != nil || len(kept) != 1 || kept[0].Host != "amazon-signin.example" || kept[0].Kind != journal.ExceptionAllow {
		t.Errorf("exceptions %+v, %v", kept, err)
	}
	if open := fetch[incidentList](t, s, "GET", "/incidents?state=open", "", reviewer); len(open.Incidents) != 0 {
		t.Errorf("still open: %+v", open.Incidents)
	}
	r, err := s.reader.get()
	if err != nil {
		t.Fatal(err)
	}
	entries, _, err := r.AuditLog(t.Context(), "")
	if err != nil || len(entries) != 1 || entries[0].Who != "token treviewer" || entries[0].What != "decision.false_alarm" || !strings.Contains(entries[0].Detail, id) ||
		!strings.HasSuffix(entries[0].Detail, " about amazon-signin.example") {
		t.Errorf("audit log %+v, %v", entries, err)
	}
}

// TestAuditLog: signing in, out and being refused again and again are noted, and no
// secret is.
func TestAuditLog(t *testing.T) {
	t.Parallel()
	s, _ := startWithIncident(t)
	cookie := signedIn(t, s, "owner")
	send(t, s, "POST", "/sign-out", cookie, "")
	for range throttle.FreeTries {
		tryToSignIn(t, s, "owner", "canary wrong password", "")
	}
	r, err := s.reader.get()
	if err != nil {
		t.Fatal(err)
	}
	entries, _, err := r.AuditLog(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	var what []string
	for _, e := range entries {
		what = append(what, e.What)
		if strings.Contains(e.Who+e.What+e.Detail, "canary") {
			t.Errorf("a password is in %+v", e)
		}
	}
	if strings.Join(what, " ") != "sign-in.refused sign-out sign-in" {
		t.Errorf("audit log %v", what)
	}
}

// TestAuditOfGuessesBetweenSignIns: who signs in with a name of their own now and then does
// not guess another's password without a trace.
func TestAuditOfGuessesBetweenSignIns(t *testing.T) {
	t.Parallel()
	s, _ := startWithIncident(t)
	for range throttle.FreeTries - 1 {
		tryToSignIn(t, s, "owner", "wrong password", "")
	}
	signedIn(t, s, "viewer")
	tryToSignIn(t, s, "owner", "wrong password", "")
	r, err := s.reader.get()
	if err != nil {
		t.Fatal(err)
	}
	entries, _, err := r.AuditLog(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 || entries[0].What != "sign-in.refused" {
		t.Errorf("audit log %+v; want the guesses after the sign-in", entries)
	}
}
