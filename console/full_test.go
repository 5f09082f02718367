package console

import (
	"testing"
	"time"

	"sekisho/accounts"
	"sekisho/journal"
	"sekisho/staff"
)

// hostile is what a page would take for markup if it were not escaped.
const hostile = `"><b>x</b><script>y</script>`

// startFull serves a console in which every list has something, hostile where
// others choose the words.
func startFull(t *testing.T) (s *Server, id string) {
	t.Helper()
	s, id = startWithIncident(t)
	j := s.options.Journal
	yes := true
	for _, e := range []journal.Event{
		{
			Door: journal.DoorGuard, Client: "127.0.0.1", Device: hostile, Host: hostile, Action: journal.ActionHold, Severity: journal.SeverityRed,
			Ground: hostile, Technique: hostile, Target: hostile, Detail: hostile, Signs: []string{hostile}, Fields: []string{hostile},
			Account: hostile, Sent: &yes, Incident: id,
		},
		{Door: journal.DoorPage, Client: "192.0.2.1", Host: "=1+1.example", Action: journal.ActionBlock, Severity: journal.SeverityRed, Incident: journal.NewIncident()},
		{Door: hostile, Client: "192.0.2.66", Action: hostile, Severity: journal.SeverityAmber, Incident: journal.NewIncident()},
		{Door: journal.DoorProxy, Client: "192.0.2.1", Action: journal.ActionAllow, Severity: journal.SeverityInfo, Technique: journal.TechniqueStranger, Ground: "drill"},
		{Time: time.Now().Add(-50 * time.Hour), Door: journal.DoorProxy, Client: "192.0.2.3", Host: "old.example", Action: journal.ActionWarn, Severity: journal.SeverityAmber},
	} {
		if _, err := j.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Appeal(t.Context(), id, hostile); err != nil {
		t.Fatal(err)
	}
	if err := j.Decide(t.Context(), journal.Decision{Incident: id, Decision: journal.DecisionAllow, For: "24h", Note: hostile, By: hostile}); err != nil {
		t.Fatal(err)
	}
	if err := j.PutException(t.Context(), journal.Exception{Host: hostile, Kind: journal.ExceptionBlock, Reason: hostile, By: hostile, Incident: id}); err != nil {
		t.Fatal(err)
	}
	if err := j.PutException(t.Context(), journal.Exception{Host: "ended.example", Kind: journal.ExceptionAllow, Until: time.Now().Add(-time.Hour)}); err != nil {
		t.Fatal(err)
	}
	for _, client := range []string{"192.0.2.1", "192.0.2.200"} {
		if err := j.NameClient(t.Context(), journal.ClientName{Client: client, Name: hostile, Kind: "phone", By: hostile}); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Audit(t.Context(), hostile, hostile, hostile); err != nil {
		t.Fatal(err)
	}
	if _, err := s.options.Staff.AddToken("monitor", staff.Viewer, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	s.options.Accounts = func() []accounts.Account {
		return []accounts.Account{{ID: "seller@shop.example", Label: hostile, Added: time.Now()}}
	}
	return s, id
}

// fullPaths are the pages of the console for somebody who is signed in.
func fullPaths(id string) []string {
	return []string{
		"/", "/incidents", "/incidents?state=open&severity=red", "/incidents?state=x&host=%22%3E%3Cb%3E", "/incidents/" + id, "/incidents/" + id + "/report",
		"/events", "/events?limit=1", "/events?since=24h&severity=red&text=nothing", "/events?since=%22%3E%3Cb%3E&x=%3Cb%3E",
		"/exceptions", "/clients", "/settings", "/accounts", "/people", "/audit", "/set-up",
	}
}

// cookies returns the cookie of somebody of each role.
func cookies(t *testing.T, s *Server) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, r := range []staff.Role{staff.Viewer, staff.Reviewer, staff.Owner} {
		all[r.String()] = signedIn(t, s, r.String())
	}
	return all
}
