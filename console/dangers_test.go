package console

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"sekisho/interstitial"
	"sekisho/journal"
	"sekisho/staff"
)

// TestDangersAndTheirList holds that what the overview calls dangers of today are those
// of the list that it leads to, whatever else the day has, and that the list stays so.
func TestDangersAndTheirList(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	viewer, cookie := token(t, s, staff.Viewer), signedIn(t, s, "viewer")
	yes, no, now := true, false, time.Now()
	record := func(host string, change func(*journal.Event)) string {
		t.Helper()
		e := journal.Event{Door: journal.DoorProxy, Client: "192.0.2.1", Host: host, Action: journal.ActionBlock, Severity: journal.SeverityRed, Sent: &no, Time: now, Incident: journal.NewIncident()}
		if change(&e); e.Incident == "" {
			t.Fatal("no incident")
		}
		if _, err := s.options.Journal.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		return e.Incident
	}
	leave := func(account string) func(*journal.Event) {
		return func(e *journal.Event) {
			e.Door, e.Action, e.Severity, e.Account, e.Sent, e.Client = journal.DoorGuard, journal.ActionRelease, journal.SeverityAmber, account, &yes, "192.0.2.2"
		}
	}
	before := record("goes-on.example", func(e *journal.Event) { e.Time = now.Add(-49 * time.Hour) })
	record("yesterday.example", func(e *journal.Event) { e.Time = now.Add(-49 * time.Hour) })
	want := map[string][]string{
		journal.DangerUnknown: {record("unknown.example", func(e *journal.Event) { e.Sent = nil })},
		journal.DangerSent:    {record("sent.example", func(e *journal.Event) { e.Sent = &yes })},
		journal.DangerLeft:    {record("gone.example", leave("shop"))},
		journal.DangerKept:    {record("goes-on.example", func(e *journal.Event) { e.Incident = before })},
	}
	want["devices"] = nil
	want[journal.DangerReal] = slices.Concat(slices.Collect(maps.Values(want))...)
	record("q7rk2-drill.test", func(e *journal.Event) { e.Ground = journal.GroundDrill })
	for i := range 30 {
		record(fmt.Sprintf("shop%d.example", i), leave(""))
	}
	for i := range 210 {
		want[journal.DangerHarmless] = append(want[journal.DangerHarmless],
			record("flood.example", func(e *journal.Event) { e.Client = fmt.Sprintf("192.0.2.%d", 3+i%9) }))
	}
	if err := s.options.Journal.Decide(t.Context(), journal.Decision{Incident: want[journal.DangerHarmless][0], Decision: journal.DecisionFalseAlarm}); err != nil {
		t.Fatal(err)
	}
	body := send(t, s, "GET", "/?lang=en", cookie, "").body
	for _, part := range []string{
		"Yes: 4 dangers on 2 devices.", "In one of them a person chose to go on", "In one of them something was sent to the site.", "In one of them something may have been sent.", "One of them was stopped",
		"210 more are not counted", ">goes-on.example</bdi></a></p>", // the newest
	} {
		if !strings.Contains(body, part) {
			t.Errorf("the overview lacks %q", part)
		}
	}
	record("later.example", func(*journal.Event) {})
	if err := s.options.Journal.NameClient(t.Context(), journal.ClientName{Client: "192.0.2.9", Name: "of no danger"}); err != nil {
		t.Fatal(err)
	}
	for _, a := range find(t, body, "a") {
		to, err := url.Parse(attr(a, "href"))
		if err != nil {
			t.Fatal(err)
		}
		danger := to.Query().Get("danger")
		if danger == "" {
			continue
		}
		if to.Path == "/clients" {
			page := send(t, s, "GET", to.RequestURI(), cookie, "").body
			if strings.Count(page, `scope="row"`) != 2 || !strings.Contains(page, "<bdi>192.0.2.1</bdi>") || !strings.Contains(page, "<bdi>192.0.2.2</bdi>") {
				t.Errorf("%s has other devices", to)
			}
			delete(want, "devices")
			continue
		}
		q := to.Query()
		q.Set("limit", "500")
		to.RawQuery = q.Encode()
		var got []string
		for _, inc := range fetch[incidentList](t, s, "GET", to.RequestURI(), "", viewer).Incidents {
			got = append(got, inc.ID)
		}
		slices.Sort(got)
		if !slices.Equal(got, slices.Sorted(slices.Values(want[danger]))) {
			t.Errorf("%s has %d: %v", to, len(got), got)
		}
		if page := send(t, s, "GET", to.RequestURI(), cookie, "").body; strings.Count(page, `scope="row"`) != len(got) {
			t.Errorf("the page at %s has others", to)
		}
		delete(want, danger)
	}
	if len(want) > 0 {
		t.Errorf("no link for %v", slices.Collect(maps.Keys(want)))
	}
}

// TestTodayUnsure: what was not looked at is not said to be no danger.
func TestTodayUnsure(t *testing.T) {
	t.Parallel()
	v := homeView{page: page{words: words{Lang: interstitial.English}}}
	v.Today = today{words: v.words, Dangers: journal.Dangers{Harmless: 9, More: true}}
	if got, err := v.Today.Answer(); err != nil || !strings.HasPrefix(got, "Not known") {
		t.Errorf("%q, %v", got, err)
	}
	inc, unsure, err := newestDanger(t.Context(), nil, v.Today)
	if inc != nil || !unsure || err != nil {
		t.Errorf("newest %v, %v, %v", inc, unsure, err)
	}
}
