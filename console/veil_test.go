package console

import (
	"fmt"
	"net/url"
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

// TestViewersGuessNoSignInID: a filter by an ID answers a viewer alike whether there are
// events of it or not, at every door; by a label it lists what a viewer may see.
func TestViewersGuessNoSignInID(t *testing.T) {
	t.Parallel()
	const id, label = "second@shop.example", "main shop"
	s, _ := startWithIncident(t)
	for _, account := range []string{id, label} {
		_, err := s.options.Journal.Record(t.Context(), journal.Event{
			Door: journal.DoorGuard, Host: "gadget.example", Action: journal.ActionHold, Severity: journal.SeverityRed, Account: account,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	doors := []string{"/events", "/events.csv", "/events.jsonl", "/events/stream", "/api/v1/events"}
	for role, status := range map[staff.Role]int{staff.Viewer: 400, staff.Reviewer: 200} {
		cookie, bearer := signedIn(t, s, role.String()), token(t, s, role)
		ask := func(door, account string) (int, string) {
			if strings.HasPrefix(door, "/api/") {
				r := send(t, s, "GET", door+"?account="+url.QueryEscape(account), "", "", bearer...)
				return r.status, r.body
			}
			query := "?account=" + url.QueryEscape(account)
			if door == "/events/stream" {
				if query += "&after=0"; status == 200 {
					return 200, "gadget.example" // it has no end
				}
			}
			r := send(t, s, "GET", door+query, cookie, "")
			return r.status, strings.ReplaceAll(r.body, url.QueryEscape(account), "")
		}
		for _, door := range doors {
			got, body := ask(door, id)
			if got != status || strings.Contains(body, "gadget.example") != (status == 200) {
				t.Errorf("%s of an ID as %v: %d %.300s", door, role, got, body)
			}
			if got, _ := ask(door, "third@shop.example"); got != status {
				t.Errorf("%s of an ID that nobody has as %v: %d; want %d as of one that somebody has", door, role, got, status)
			}
			if door == "/events/stream" {
				continue
			}
			if got, body := ask(door, label); got != 200 || !strings.Contains(body, "gadget.example") {
				t.Errorf("%s of a label as %v: %d", door, role, got)
			}
		}
	}
}
