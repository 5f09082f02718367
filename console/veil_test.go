package console

import (
	"fmt"
	"strings"
	"testing"

	"sekisho/accounts"
	"sekisho/journal"
	"sekisho/staff"
)

// TestViewersSeeNoSignInID: an account without a label is called by its ID in events; no
// answer to a viewer has that, and every kind of answer to a reviewer does.
func TestViewersSeeNoSignInID(t *testing.T) {
	t.Parallel()
	const id, phone = "second@shop.example", "090-1234-5678"
	s, _ := startWithIncident(t)
	s.options.Accounts = func() []accounts.Account {
		return []accounts.Account{{ID: id, Label: id}, {ID: phone, Label: "shop", Former: []string{phone, "main shop"}}}
	}
	held := journal.Event{
		Door: journal.DoorGuard, Client: "192.0.2.1", Host: "gadget.example", Action: journal.ActionHold, Severity: journal.SeverityRed,
		Technique: "protected-sign-in", Incident: journal.NewIncident(),
	}
	for _, label := range []string{id, phone} {
		held.Account = label
		if _, err := s.options.Journal.Record(t.Context(), held); err != nil {
			t.Fatal(err)
		}
	}
	at := "/incidents/" + held.Incident
	pages := []string{"/", "/incidents", at, at + "/report", at + "/report.txt", "/events", "/events?text=gadget", "/events.csv", "/events.jsonl", "/accounts", "/clients", "/audit", "/set-up"}
	api := []string{"/api/v1/events", "/api/v1/incidents", "/api/v1" + at}
	for role, sees := range map[staff.Role]bool{staff.Viewer: false, staff.Reviewer: true, staff.Owner: true} {
		cookie, bearer := signedIn(t, s, role.String()), token(t, s, role)
		answers := map[string]string{}
		for _, path := range pages {
			answers[path] = send(t, s, "GET", path, cookie, "").body
		}
		for _, path := range api {
			answers[path] = send(t, s, "GET", path, "", "", bearer...).body
			answers[path+" of a session"] = send(t, s, "GET", path, cookie, "", "Sec-Fetch-Site", "same-origin").body
		}
		tail := listen(t, s.Addr().String(), "host=gadget.example&after=0", cookie)
		for range 2 {
			f, _ := tail.next()
			answers["the live tail"] += f.data
		}
		has := map[string]bool{}
		for path, body := range answers {
			has[path] = strings.Contains(body, id) || strings.Contains(body, phone)
			if has[path] && !sees {
				t.Errorf("%s: a viewer reads a sign-in ID", path)
			}
			if body == "" {
				t.Errorf("%s as %v: nothing", path, role)
			}
		}
		for _, path := range []string{at, "/events", "/events.csv", "/events.jsonl", "/accounts", "/api/v1/events", "/api/v1" + at, "the live tail"} {
			if has[path] != sees {
				t.Errorf("%s: %v sees the ID: %v", path, role, has[path])
			}
			if !sees && !strings.Contains(answers[path], unlabelled) && !strings.Contains(answers[path], "（ラベルなし）") {
				t.Errorf("%s: nothing stands in its place", path)
			}
		}
	}
	if body := send(t, s, "GET", "/accounts?lang=en", signedIn(t, s, "viewer"), "").body; strings.Count(body, "label before") != 1 {
		t.Error("a viewer is not led to the events of the former label alone")
	}
	body := send(t, s, "GET", "/accounts", signedIn(t, s, "owner"), "").body
	for _, label := range []string{"main&#43;shop", phone, "shop"} {
		if !strings.Contains(body, fmt.Sprintf("/events?account=%s\"", label)) {
			t.Errorf("the accounts do not lead to the events of %q", label)
		}
	}
}
