package console

import (
	"html"
	"strings"
	"testing"
	"time"

	"sekisho/journal"
)

// TestFixedAddress: what is recorded after a page was made, be it with the time of
// something that the page has, is neither at the page's permanent address nor in its
// exports.
func TestFixedAddress(t *testing.T) {
	t.Parallel()
	s, _ := startWithIncident(t)
	cookie := signedIn(t, s, "viewer")
	for _, path := range []string{"/events", "/incidents"} {
		var fixed []string
		body := send(t, s, "GET", path+"?lang=en&client=192.0.2.1", cookie, "").body
		if !strings.Contains(body, "amazon-signin.example") {
			t.Errorf("%s does not show what was just recorded", path)
		}
		for _, a := range find(t, body, "a") {
			if to := attr(a, "href"); strings.HasPrefix(to, path) && strings.Contains(to, "until=") {
				fixed = append(fixed, to)
			}
		}
		if want := map[string]int{"/events": 4, "/incidents": 1}[path]; len(fixed) != want {
			t.Fatalf("%s has %d fixed addresses; want %d", path, len(fixed), want)
		}
		host := strings.Trim(path, "/") + "-later.example"
		e := journal.Event{
			Time: time.Now().Add(-time.Hour), Door: journal.DoorProxy, Client: "192.0.2.1", Host: host, Action: journal.ActionBlock, Severity: journal.SeverityRed, Incident: journal.NewIncident(),
		}
		if _, err := s.options.Journal.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		for _, to := range fixed {
			got := send(t, s, "GET", html.UnescapeString(to), cookie, "").body
			if strings.Contains(got, host) || !strings.Contains(got, "amazon-signin.example") {
				t.Errorf("%s is no longer what the page showed", to)
			}
		}
	}
}

// TestWrongFilter: what cannot be read is named as the form names it, and marked.
func TestWrongFilter(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	got := send(t, s, "GET", "/events?lang=ja&since=soon&host=%3F&upto=-1&%3Cb%3E=1", signedIn(t, s, "viewer"), "")
	if got.status != 400 || !strings.Contains(got.body, "：&#34;&lt;b&gt;&#34;、サイト（完全一致）、いつから、最後の記録<") {
		t.Errorf("%d %s", got.status, got.body)
	}
	var marked []string
	for _, field := range find(t, got.body, "input") {
		if attr(field, "aria-invalid") == "true" && strings.Contains(attr(field, "aria-describedby"), "f-wrong") {
			marked = append(marked, attr(field, "name"))
		}
	}
	if strings.Join(marked, " ") != "since host" {
		t.Errorf("marked: %v", marked)
	}
}
