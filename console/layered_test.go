package console

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"sekisho/interstitial"
	"sekisho/journal"
	"sekisho/rules"
	"sekisho/staff"
)

// stopped records an incident of a host on the page door.
func stopped(t *testing.T, s *Server, host, ground string) (id string) {
	t.Helper()
	id = journal.NewIncident()
	_, err := s.options.Journal.Record(t.Context(), journal.Event{
		Door: journal.DoorPage, Client: "192.0.2.1", Host: host, Action: journal.ActionBlock, Severity: journal.SeverityRed, Ground: ground, Incident: id,
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestExercisesAreNotDecided: neither the form nor the API makes an exception of an
// exercise, or of a name of one.
func TestExercisesAreNotDecided(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie, bearer := signedIn(t, s, "owner"), token(t, s, staff.Owner)
	for _, id := range []string{stopped(t, s, interstitial.DrillCopy, journal.GroundDrill), stopped(t, s, "q7rk2-drill.example", journal.GroundDrill), stopped(t, s, interstitial.DrillPassword, "page")} {
		for _, verdict := range []string{"allow:15m", "allow:always", "false_alarm", "confirmed"} {
			got := post(t, s, "/incidents/"+id+"/decision?lang=en", cookie, "verdict", verdict, "for", "90d")
			if got.status != http.StatusConflict || !strings.Contains(got.body, "there is nothing to decide") {
				t.Errorf("%s by the form: %d", verdict, got.status)
			}
			word, _, _ := strings.Cut(verdict, ":")
			got = send(t, s, "POST", "/api/v1/incidents/"+id+"/decision", "", `{"decision":"`+word+`"}`, append(bearer, "Content-Type", "application/json")...)
			if got.status != http.StatusConflict || !strings.Contains(got.body, "there is nothing to decide") {
				t.Errorf("%s by the API: %d %s", word, got.status, got.body)
			}
		}
		if inc := incidentOf(t, s, id); !inc.Decided.IsZero() {
			t.Errorf("decided: %+v", inc)
		}
	}
	if list, err := s.options.Journal.AllExceptions(t.Context()); err != nil || len(list) > 0 {
		t.Errorf("exceptions %+v, %v", list, err)
	}
}

// TestPageSaysWhenBlockedAgain: the page on which a confirmed site was allowed for a while
// says until when, and that the block holds again.
func TestPageSaysWhenBlockedAgain(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie := signedIn(t, s, "reviewer")
	id := stopped(t, s, "shop.example", "page")
	for verdict, says := range map[string]string{"allow:15m": "allowed</span>", "confirmed": "confirmed</span>"} {
		post(t, s, "/incidents/"+id+"/decision", cookie, "verdict", "confirmed")
		post(t, s, "/incidents/"+id+"/decision", cookie, "verdict", verdict, "decided", over(incidentOf(t, s, id)))
		page := send(t, s, "GET", "/incidents/"+id+"?lang=en", cookie, "").body
		if strings.Contains(page, "is blocked again at:") != (verdict == "allow:15m") || !strings.Contains(page, says) {
			t.Errorf("after %s the page says %s", verdict, page)
		}
	}
}

// TestChangeKeepsTheEnd: the form of the list, sent with another reason alone, leaves
// the end as it was; the time can be changed by itself.
func TestChangeKeepsTheEnd(t *testing.T) {
	t.Parallel()
	s, id := startWithIncident(t)
	j := s.options.Journal
	cookie := signedIn(t, s, "reviewer")
	const host = "amazon-signin.example"
	was := func() journal.Exception {
		t.Helper()
		x, ok, err := j.ExceptionFor(t.Context(), host)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		return x
	}
	for _, term := range []string{"15m", "24h", "always", "2031-05-06"} {
		if err := j.Decide(t.Context(), journal.Decision{Incident: id, Decision: journal.DecisionAllow, For: term}); err != nil {
			t.Fatal(err)
		}
		before := was()
		row := exceptionRow{Exception: before}
		for _, fields := range [][]string{{"at", row.Time(), "kind", "allow"}, nil} { // as the page has it, and as a form of before
			got := post(t, s, "/exceptions/change", cookie, append(fields, "host", host, "reason", "ours", "until", row.LastDay())...)
			if x := was(); got.status != 303 || !x.Until.Equal(before.Until) || x.Reason != "ours" {
				t.Errorf("%s: %d, %+v; want the end %v", term, got.status, x, before.Until)
			}
		}
	}
	page := send(t, s, "GET", "/exceptions?lang=en", cookie, "").body
	if !strings.Contains(page, `name="until" type="date"`) || !strings.Contains(page, `name="at" type="time" value=""`) || !strings.Contains(page, `name="kind" value="allow"`) {
		t.Error("the form lacks a field")
	}
	for at, want := range map[string]time.Time{
		"09:30":    time.Date(2031, 5, 6, 9, 30, 0, 0, time.Local),
		"23:59:30": time.Date(2031, 5, 6, 23, 59, 30, 0, time.Local),
		"":         time.Date(2031, 5, 7, 0, 0, 0, 0, time.Local),
	} {
		got := post(t, s, "/exceptions/change", cookie, "host", host, "until", "2031-05-06", "at", at)
		if x := was(); got.status != 303 || !x.Until.Equal(want) {
			t.Errorf("at %q: %d, %v; want %v", at, got.status, x.Until, want)
		}
	}
	if got := post(t, s, "/exceptions/change", cookie, "host", host, "until", "2031-05-06", "at", "noon"); got.status != 422 {
		t.Errorf("no time: %d", got.status)
	}
}

// TestLayersAreShown: a block that rests is shown as that, on the list and on the
// incidents, in its time and after it; and what counts for a name above or below.
func TestLayersAreShown(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie := signedIn(t, s, "owner")
	first, below := journal.NewIncident(), stopped(t, s, "www.shop.example", "page")
	_, err := s.options.Journal.Record(t.Context(), journal.Event{
		Door: journal.DoorGuard, Client: "192.0.2.1", Host: "shop.example", Action: journal.ActionHold, Severity: journal.SeverityAmber,
		Ground: "credentials", Technique: "unfamiliar-sign-in", Incident: first,
	})
	if err != nil {
		t.Fatal(err)
	}
	says := func(path, want string) {
		t.Helper()
		if got := send(t, s, "GET", path+"?lang=en", cookie, ""); got.status != 200 || !strings.Contains(got.body, want) {
			t.Errorf("%s: %d, and does not say %q", path, got.status, want)
		}
	}
	decide := func(id, verdict string) {
		t.Helper()
		if got := post(t, s, "/incidents/"+id+"/decision", cookie, "verdict", verdict, "decided", over(incidentOf(t, s, id))); got.status != 303 {
			t.Fatalf("%s: %d", verdict, got.status)
		}
	}
	decide(first, "confirmed")
	says("/incidents/"+first, "the site is blocked again by itself after that")
	decide(first, "allow:15m")
	says("/exceptions", "blocks again after that")
	if got := send(t, s, "GET", "/incidents/"+first+"/report.txt", cookie, "").status; got != http.StatusConflict {
		t.Errorf("a report of what may pass: %d", got)
	}
	says("/exceptions", "at rest while the site may pass")
	says("/incidents/"+below, "confirmed (let pass for a while)")
	if got := post(t, s, "/exceptions/remove", cookie, "host", "shop.example", "kind", "allow"); got.status != 303 {
		t.Fatal(got.status)
	}
	says("/incidents/"+first, "passes no longer (blocked as confirmed)")
	says("/incidents/"+first, "by the decision that confirmed it")
	says("/incidents/"+first+"/report.txt", "shop[.]example")
	says("/incidents/"+below, "confirmed earlier")
	decide(below, "allow:always")
	says("/incidents/"+below, "<bdi>shop.example</bdi> · block")
	says("/incidents/"+first, "<bdi>www.shop.example</bdi> · let pass")
}

// TestLeadsToDecided: a name that leads to another one that people block cannot pass by
// a decision of its own, and is told so; unless it is below that one.
func TestLeadsToDecided(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	lists := rules.NewBuilder()
	lists.Add(rules.DecidedBlock, "shop.example", OwnList, 0)
	policy := lists.Build()
	s.options.Policy = func() *rules.Policy { return policy }
	cookie := signedIn(t, s, "reviewer")
	const detail = "leads to shop.example: is listed as shop.example in " + OwnList
	recordBlocked(t, s, "alias.example", detail, "A"+blockedID[1:])
	recordBlocked(t, s, "www.shop.example", detail, "B"+blockedID[1:])
	for id, want := range map[string]int{"A": http.StatusConflict, "B": http.StatusSeeOther} {
		got := post(t, s, "/incidents/"+id+blockedID[1:]+"/decision?lang=en", cookie, "verdict", "allow:always")
		if got.status != want || want == http.StatusConflict && !strings.Contains(got.body, "leads to shop.example, which people decided to block") {
			t.Errorf("%s: %d; want %d", id, got.status, want)
		}
	}
}

// TestObjectionsBeside: who decides one visit reads what the visitors of the others say
// that are decided with it, before and after.
func TestObjectionsBeside(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie := signedIn(t, s, "reviewer")
	first, below, other := stopped(t, s, "shop.example", "page"), stopped(t, s, "www.shop.example", "page"), stopped(t, s, "othershop.example", "page")
	for id, reason := range map[string]string{below: "our <i>printer</i>", other: "of another site"} {
		if err := s.options.Journal.Appeal(t.Context(), id, reason); err != nil {
			t.Fatal(err)
		}
	}
	for i := range maxObjections + 5 { // which came later, and are no business of this site
		newer := stopped(t, s, fmt.Sprintf("s%d.example", i), "page")
		if err := s.options.Journal.Appeal(t.Context(), newer, "of another site"); err != nil {
			t.Fatal(err)
		}
	}
	page := func(want string) {
		t.Helper()
		got := send(t, s, "GET", "/incidents/"+first+"?lang=en", cookie, "").body
		if !strings.Contains(got, want) || strings.Count(got, "our &lt;i&gt;printer&lt;/i&gt;") != 1 || strings.Contains(got, "of another site") {
			t.Errorf("want %q and the objection in %s", want, got)
		}
	}
	page("These objections of other visits are answered by the decision too")
	if got := post(t, s, "/incidents/"+first+"/decision", cookie, "verdict", "confirmed"); got.status != 303 {
		t.Fatal(got.status)
	}
	page("These objections of other visits were answered by the decision too")
}
