package console

import (
	"encoding/csv"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"sekisho/journal"
	"sekisho/staff"
)

// find returns the elements of a page with a name.
func find(t *testing.T, body, name string) (all []*html.Node) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	walk(doc, func(n *html.Node) {
		if n.Data == name {
			all = append(all, n)
		}
	})
	return all
}

// textIn returns what stands in an element.
func textIn(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

// TestFiguresLeadToWhatTheyCount follows every figure of the overview and of the devices and counts
// what is listed there.
func TestFiguresLeadToWhatTheyCount(t *testing.T) {
	t.Parallel()
	s, _ := startFull(t)
	cookie := signedIn(t, s, "viewer")
	viewer := token(t, s, staff.Viewer)
	objection := journal.Event{
		Door: journal.DoorPage, Client: "192.0.2.1", Host: "shop.example", Technique: journal.TechniqueAppeal, Severity: journal.SeverityInfo, Incident: journal.NewIncident(),
	}
	exercise := journal.Event{
		Door: journal.DoorGuard, Client: "192.0.2.1", Host: "q7rk2-drill.test", Action: journal.ActionHold, Severity: journal.SeverityRed, Ground: journal.GroundDrill,
		Incident: journal.NewIncident(),
	}
	for _, e := range []journal.Event{objection, exercise} {
		if _, err := s.options.Journal.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	followed := 0
	links := find(t, send(t, s, "GET", "/?lang=en", cookie, "").body, "a")
	for _, a := range append(links, find(t, send(t, s, "GET", "/clients?lang=en", cookie, "").body, "a")...) {
		to, err := url.Parse(attr(a, "href"))
		if err != nil {
			t.Fatal(err)
		}
		number := textIn(a)
		if i := strings.IndexAny(number, "0123456789"); i >= 0 && a.Parent.Data == "svg" || strings.Contains(number, ": ") {
			number = number[strings.LastIndex(number, " ")+1:]
		} else {
			number, _, _ = strings.Cut(number, " ")
		}
		want, err := strconv.Atoi(number)
		if err != nil || to.RawQuery == "" || to.Path != "/events" && to.Path != "/incidents" {
			continue
		}
		followed++
		got := 0
		if to.Path == "/events" {
			got = len(fetch[eventList](t, s, "GET", to.RequestURI(), "", viewer).Events)
		} else {
			got = len(fetch[incidentList](t, s, "GET", to.RequestURI(), "", viewer).Incidents)
		}
		if got != want {
			t.Errorf("%q leads to %d at %s", textIn(a), got, to)
		}
		if page := send(t, s, "GET", to.RequestURI(), cookie, ""); page.status != 200 || want > 0 != strings.Contains(page.body, `scope="row"`) {
			t.Errorf("%s: %d", to, page.status)
		}
	}
	if followed < 20 {
		t.Errorf("only %d figures were found", followed)
	}
}

// TestDecisionsOnPage takes every decision that the page offers, by its buttons.
func TestDecisionsOnPage(t *testing.T) {
	t.Parallel()
	states := map[string]string{
		"confirmed": journal.StateConfirmed, "false_alarm": journal.StateFalseAlarm,
		"allow:15m": journal.StateAllowed, "allow:24h": journal.StateAllowed, "allow:always": journal.StateAllowed,
	}
	ends := map[string]bool{"false_alarm": true, "allow:15m": true, "allow:24h": true}
	s, id := startWithIncident(t)
	at, reviewer := "/incidents/"+id, signedIn(t, s, "reviewer")
	var offered []string
	for _, b := range find(t, send(t, s, "GET", at, reviewer, "").body, "button") {
		if attr(b, "name") == "verdict" {
			offered = append(offered, attr(b, "value"))
		}
	}
	if len(offered) != len(states) {
		t.Fatalf("offered: %v", offered)
	}
	for _, v := range offered {
		form := url.Values{"verdict": {v}, "note": {"because " + v}}.Encode()
		if got := send(t, s, "POST", at+"/decision", reviewer, knowing(t, s, at, form), "Content-Type", asForm); got.status != 303 || got.header.Get("Location") != at {
			t.Fatalf("%s: %d %s", v, got.status, got.header.Get("Location"))
		}
		r, err := s.reader.get()
		if err != nil {
			t.Fatal(err)
		}
		inc, _, err := r.IncidentByID(t.Context(), id)
		if err != nil || inc.State != states[v] || inc.By != "reviewer" || inc.Note != "because "+v || ends[v] == inc.Until.IsZero() {
			t.Errorf("%s: %+v, %v", v, inc, err)
		}
		if page := send(t, s, "GET", at, reviewer, ""); !strings.Contains(page.body, "because "+v) {
			t.Errorf("%s: the page lacks the note", v)
		}
	}
	viewer := signedIn(t, s, "viewer")
	if page := send(t, s, "GET", at, viewer, ""); strings.Contains(page.body, "verdict") {
		t.Error("a viewer is offered decisions")
	}
	for _, form := range []string{"verdict=ignore", "", "verdict=allow:1y", "verdict=confirmed&note=" + strings.Repeat("x", maxNote+1)} {
		got := send(t, s, "POST", at+"/decision", reviewer, form, "Content-Type", asForm)
		if got.status != 422 || !strings.Contains(got.body, `role="alert"`) {
			t.Errorf("%.40q: %d", form, got.status)
		}
	}
	if got := send(t, s, "POST", "/incidents/0000/decision", reviewer, "verdict=confirmed", "Content-Type", asForm); got.status != 404 {
		t.Errorf("no such incident: %d", got.status)
	}
}

// TestPagesOfEvents turns the pages and compares them with both exports, by the
// addresses that the page itself offers.
func TestPagesOfEvents(t *testing.T) {
	t.Parallel()
	s, _ := startFull(t)
	cookie := signedIn(t, s, "viewer")
	var hosts []string
	var exports [2]string
	from := "/events?since=24h&severity=red&limit=1"
	for to, pages := from, 0; to != ""; pages++ {
		if pages > 10 {
			t.Fatal("the pages do not end")
		}
		body := send(t, s, "GET", to, cookie, "").body
		to = ""
		for _, a := range find(t, body, "a") {
			switch href := attr(a, "href"); {
			case attr(a, "rel") == "next":
				to = href
			case strings.HasPrefix(href, "/events.csv"):
				exports[0] = href
			case strings.HasPrefix(href, "/events.jsonl"):
				exports[1] = href
			}
		}
		for _, td := range find(t, body, "td") {
			if slices.Contains([]string{"Site", "サイト"}, attr(td, "data-label")) {
				hosts = append(hosts, textIn(td))
			}
		}
	}
	slices.Reverse(hosts)
	if want := []string{"amazon-signin.example", hostile, "=1+1.example"}; !slices.Equal(hosts, want) {
		t.Errorf("page by page: %q; want %q", hosts, want)
	}
	// What is recorded now is not part of a result that was fixed before.
	if _, err := s.options.Journal.Record(t.Context(), journal.Event{Time: time.Now().Add(time.Minute), Host: "later.example", Severity: journal.SeverityRed}); err != nil {
		t.Fatal(err)
	}
	got := send(t, s, "GET", exports[0], cookie, "")
	rows, err := csv.NewReader(strings.NewReader(got.body)).ReadAll()
	if err != nil || len(rows) != len(hosts)+1 || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("CSV: %d rows, %v, %v", len(rows), err, got.header)
	}
	at := slices.Index(rows[0], "host")
	lines := strings.Split(strings.TrimSpace(send(t, s, "GET", exports[1], cookie, "").body), "\n")
	if len(lines) != len(hosts) {
		t.Fatalf("JSON: %d lines; want %d", len(lines), len(hosts))
	}
	for i, host := range hosts {
		var e journal.Event
		if err := json.Unmarshal([]byte(lines[i]), &e); err != nil || e.Host != host {
			t.Errorf("JSON: %s, %v; want %q", lines[i], err, host)
		}
		if cell := rows[i+1][at]; strings.TrimPrefix(cell, "'") != host || strings.HasPrefix(cell, "=") {
			t.Errorf("CSV: %q; want %q, and no formula", cell, host)
		}
	}
}

// TestExerciseIsNoDanger: the overview has no exercise for a danger, and its page and
// the list say what it was.
func TestExerciseIsNoDanger(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	e := journal.Event{
		Door: journal.DoorPage, Client: "127.0.0.1", Host: "q7rk2-drill.test", Action: journal.ActionBlock, Severity: journal.SeverityRed,
		Ground: journal.GroundDrill, Technique: "sign-in-copy", Incident: journal.NewIncident(),
	}
	if _, err := s.options.Journal.Record(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	reviewer := signedIn(t, s, "reviewer")
	for path, wants := range map[string]map[string]bool{
		"/":                        {"q7rk2-drill.test": false, "<strong>0</strong> ": true, `class="bar-red"`: false},
		"/incidents?state=open":    {"q7rk2-drill.test": false},
		"/incidents":               {"q7rk2-drill.test": true, "exercise": true},
		"/incidents/" + e.Incident: {"This was an exercise": true, `name="verdict"`: false, "tag red": false},
		"/incidents?severity=red":  {"q7rk2-drill.test": true, ">drill</span>": true, "tag red": false},
		"/events":                  {"q7rk2-drill.test": true, ">drill</span>": true, "tag red": false},
		"/events?severity=red":     {"q7rk2-drill.test": true, ">drill</span>": true},
		"/events?exercise=true":    {"q7rk2-drill.test": true},
		"/events?exercise=false":   {"q7rk2-drill.test": false},
		"/events.jsonl":            {`"ground":"drill"`: true},
		"/clients":                 {`severity=red">0</a>`: true, "exercise=false": true},
	} {
		sign := "?"
		if strings.Contains(path, "?") {
			sign = "&"
		}
		body := send(t, s, "GET", path+sign+"lang=en", reviewer, "").body
		for text, want := range wants {
			if strings.Contains(body, text) != want {
				t.Errorf("%s: %q is there: %t, want %t", path, text, !want, want)
			}
		}
	}
}
