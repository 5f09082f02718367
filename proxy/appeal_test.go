package proxy_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sekisho/journal"
)

var appealAction = regexp.MustCompile(`<form[^>]*\saction="([^"]+/appeal)"`)

// TestAppeal: what a visitor says about a warning reaches the journal, bounded,
// once, and without a protected password.
func TestAppeal(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	d := l.doors(serves{contentType: "text/html", pieces: [][]byte{copied(t)}})[0]
	w := page(t, d.client, get(t, d.client, d.base+"/", navigation))
	action, token := appealAction.FindStringSubmatch(w.body), formToken.FindStringSubmatch(w.body)
	if action == nil || token == nil {
		t.Fatalf("no form to appeal: %s", w.body)
	}
	send := func(token string, header map[string]string) answer {
		form := url.Values{"token": {token}, "reason": {"our own\x1b[2J shop \u202e " + ownPassword + " " + ownID + strings.Repeat(" word", 300)}}.Encode()
		return do(t, d.client, http.MethodPost, strings.TrimSuffix(internalOrigin, "/")+action[1], withHeader(header, "Content-Type", "application/x-www-form-urlencoded"), strings.NewReader(form))
	}
	if a := send("x", fromOwnPage); a.StatusCode < 400 {
		t.Errorf("without the token = %d; want 4xx", a.StatusCode)
	}
	if a := send(token[1], withHeader(navigation, "Sec-Fetch-Site", "cross-site", "Origin", "https://"+shop)); a.StatusCode < 400 {
		t.Errorf("from the site = %d; want 4xx", a.StatusCode)
	}
	if a := send(token[1], fromOwnPage); a.StatusCode != http.StatusOK || !strings.Contains(a.body, w.Header.Get("Sekisho-Incident")) {
		t.Errorf("appeal = %d; want a page", a.StatusCode)
	}
	if a := send(token[1], fromOwnPage); a.StatusCode < 400 {
		t.Errorf("again = %d; want 4xx", a.StatusCode)
	}
	var found []journal.Event
	for _, e := range l.events(journal.Filter{Host: shop}) {
		if e.Technique == "appeal" {
			found = append(found, e)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d appeals; want one", len(found))
	}
	e := found[0]
	l.checkReview(e.Incident, e.Detail)
	if n := len([]rune(e.Detail)); e.Door != journal.DoorPage || e.Action != "" || e.Severity != journal.SeverityInfo || n > 520 || !strings.HasPrefix(e.Detail, "our own") ||
		strings.Contains(e.Detail, ownPassword) || strings.Contains(e.Detail, ownID) || strings.ContainsAny(e.Detail, "\x1b\u202e") {
		t.Errorf("event = %+v, %d characters", e, n)
	}
	if again := get(t, d.client, internalOrigin+"i/"+e.Incident, navigation); appealAction.MatchString(again.body) || !strings.Contains(again.body, "Your reason about this site has been sent") {
		t.Error("the page still offers to appeal, or does not say that somebody did")
	}
	if err := l.journal.Decide(t.Context(), journal.Decision{Incident: e.Incident, Decision: journal.DecisionConfirmed}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{http.StatusOK, http.StatusForbidden} { // once more after somebody decided
		if again := get(t, d.client, internalOrigin+"i/"+e.Incident, navigation); appealAction.MatchString(again.body) != (want == http.StatusOK) {
			t.Errorf("the page offers to appeal: %v; want %v", want != http.StatusOK, want == http.StatusOK)
		}
		if a := send(token[1], fromOwnPage); (a.StatusCode == http.StatusOK) != (want == http.StatusOK) {
			t.Errorf("after the decision = %d; want %d", a.StatusCode, want)
		}
	}
	l.checkReview(e.Incident, e.Detail)
}

// checkReview sees that an incident waits for review with what its visitor said.
func (l *lab) checkReview(incident, reason string) {
	l.t.Helper()
	r, err := journal.OpenReader(filepath.Join(l.dir, "journal.db"))
	if err != nil {
		l.t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	list, _, err := r.Incidents(l.t.Context(), journal.IncidentFilter{Appealed: true, State: journal.StateOpen}, "")
	if err != nil {
		l.t.Fatal(err)
	}
	for _, inc := range list {
		if inc.ID == incident && inc.Appeal == reason && !inc.Appealed.IsZero() {
			return
		}
	}
	l.t.Errorf("for review are %+v; want %s with %q", list, incident, reason)
}

// TestAppealNotKept: a page that says that a reason was passed on is shown once it is
// on the disk; until then the form is there to be sent again.
func TestAppealNotKept(t *testing.T) {
	t.Parallel()
	l := startSinkhole(t)
	d := l.doors(serves{contentType: "text/html", pieces: [][]byte{copied(t)}})[0]
	w := page(t, d.client, get(t, d.client, d.base+"/", navigation))
	led := l.led(l.trusting(), true)
	sunk := get(t, led, "https://"+lookalike+"/", navigation)
	if err := l.journal.Close(); err != nil {
		t.Fatal(err)
	}
	for _, form := range []struct {
		name, origin string
		client       *http.Client
		page         answer
	}{{"own site", strings.TrimSuffix(internalOrigin, "/"), d.client, w}, {"sinkhole", "https://" + lookalike, led, sunk}} {
		action, token := appealAction.FindStringSubmatch(form.page.body), formToken.FindStringSubmatch(form.page.body)
		if action == nil || token == nil {
			t.Fatalf("%s: no form: %s", form.name, form.page.body)
		}
		for range 2 {
			body := url.Values{"token": {token[1]}, "reason": {"our own shop"}}.Encode()
			header := withHeader(navigation, "Sec-Fetch-Site", "same-origin", "Content-Type", "application/x-www-form-urlencoded")
			a := do(t, form.client, http.MethodPost, form.origin+action[1], header, strings.NewReader(body))
			if a.StatusCode != http.StatusServiceUnavailable || !appealAction.MatchString(a.body) || !strings.Contains(a.body, `role="alert"`) || strings.Contains(a.body, "passed on</h1>") {
				t.Errorf("%s: %d; want 503 and the form: %s", form.name, a.StatusCode, a.body)
			}
		}
	}
}
