package console

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"sekisho/journal"
	"sekisho/rules"
	"sekisho/staff"
)

// blockedID is the incident of a name that the configuration blocks.
const blockedID = "BLOCKEDBLOCKEDBLOCKEDBLOCK"

func recordBlocked(t *testing.T, s *Server, host, detail, id string) {
	t.Helper()
	_, err := s.options.Journal.Record(t.Context(), journal.Event{
		Door: journal.DoorProxy, Client: "192.0.2.1", Host: host, Action: journal.ActionBlock, Severity: journal.SeverityRed,
		Ground: "blocklist", Detail: detail, Incident: id,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// incident reads an incident as the pages do.
func incidentOf(t *testing.T, s *Server, id string) journal.Incident {
	t.Helper()
	r, err := s.reader.get()
	if err != nil {
		t.Fatal(err)
	}
	inc, _, err := r.IncidentByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return inc
}

// knowing is a form of the page of an incident, opened just now.
func knowing(t *testing.T, s *Server, at, form string) string {
	t.Helper()
	inc := incidentOf(t, s, strings.TrimPrefix(at, "/incidents/"))
	return form + "&decided=" + url.QueryEscape(over(inc))
}

// TestListedCannotPass: what a list of the configuration blocks is not offered to be
// let pass, and a form that asks for it all the same changes nothing; what is blocked
// by an earlier decision alone can be.
func TestListedCannotPass(t *testing.T) {
	t.Parallel()
	s, id := startWithIncident(t)
	lists := rules.NewBuilder()
	lists.Add(rules.BlockList, "blocked.example", "lists.block[0]", 0)
	lists.Add(rules.DecidedBlock, "x.blocked.example", OwnList, 0)
	lists.Add(rules.DecidedBlock, "amazon-signin.example", OwnList, 0)
	policy := lists.Build()
	s.options.Policy = func() *rules.Policy { return policy }
	recordBlocked(t, s, "x.blocked.example", "is listed as blocked.example in lists.block[0]", "A"+blockedID[1:])
	recordBlocked(t, s, "alias.example", "leads to a.example → blocked.example: is listed as blocked.example in lists.block[0]", "C"+blockedID[1:])
	recordBlocked(t, s, "was.example", "is listed as was.example in lists.block[1]", "D"+blockedID[1:])
	reviewer := signedIn(t, s, "reviewer")
	for _, test := range []struct {
		id     string
		listed bool
	}{{"A" + blockedID[1:], true}, {"C" + blockedID[1:], true}, {"D" + blockedID[1:], false}, {id, false}} {
		at := "/incidents/" + test.id
		body := send(t, s, "GET", at+"?lang=en", reviewer, "").body
		if strings.Contains(body, "allow:15m") == test.listed || strings.Contains(body, "on your block list (blocked.example in lists.block[0])") != test.listed || !strings.Contains(body, `value="confirmed"`) {
			t.Errorf("%s: the page offers what it should not, or the reverse", test.id)
		}
		for _, form := range []string{"verdict=allow:15m", "verdict=false_alarm&for=always"} {
			got := send(t, s, "POST", at+"/decision", reviewer, knowing(t, s, at, form), "Content-Type", asForm)
			if want := map[bool]int{true: http.StatusConflict, false: http.StatusSeeOther}[test.listed]; got.status != want {
				t.Errorf("%s %s: %d; want %d", test.id, form, got.status, want)
			}
		}
		if open := incidentOf(t, s, test.id).State == journal.StateOpen; open != test.listed {
			t.Errorf("%s: open is %v", test.id, open)
		}
	}
}

// TestFalseAlarmEnds: whoever calls something a false alarm says until when, by the
// page's own fields.
func TestFalseAlarmEnds(t *testing.T) {
	t.Parallel()
	s, id := startWithIncident(t)
	at, reviewer := "/incidents/"+id, signedIn(t, s, "reviewer")
	var offered []string
	for _, o := range find(t, send(t, s, "GET", at, reviewer, "").body, "option") {
		offered = append(offered, attr(o, "value"))
	}
	if strings.Join(offered, " ") != "90d 30d always" {
		t.Fatalf("offered: %v", offered)
	}
	now := time.Now()
	day := time.Date(now.Year()+1, 3, 4, 0, 0, 0, 0, time.Local)
	for _, test := range []struct {
		form   string
		status int
		until  time.Time
	}{
		{"for=90d&until=", 303, now.Add(90 * 24 * time.Hour)},
		{"for=30d", 303, now.Add(30 * 24 * time.Hour)},
		{"", 303, now.Add(90 * 24 * time.Hour)},
		{"for=always", 303, time.Time{}},
		{"for=90d&until=" + day.Format(time.DateOnly), 303, day.AddDate(0, 0, 1)},
		{"for=90d&until=2020-01-01", 422, day.AddDate(0, 0, 1)},
		{"for=always&until=1+OR+1", 422, day.AddDate(0, 0, 1)},
		{"for=day&until=", 422, day.AddDate(0, 0, 1)},
		{"for=1y", 422, day.AddDate(0, 0, 1)},
	} {
		got := send(t, s, "POST", at+"/decision", reviewer, knowing(t, s, at, "verdict=false_alarm&"+test.form), "Content-Type", asForm)
		inc := incidentOf(t, s, id)
		if got.status != test.status || inc.State != journal.StateFalseAlarm || inc.Until.Sub(test.until).Abs() > time.Hour && inc.Until != test.until {
			t.Errorf("%s: %d, until %v; want %d, %v", test.form, got.status, inc.Until, test.status, test.until)
		}
	}
	x, err := s.options.Journal.Exceptions(t.Context())
	if err != nil || len(x) != 1 || !x[0].Until.Equal(day.AddDate(0, 0, 1)) || x[0].By != "reviewer" {
		t.Errorf("exceptions: %+v, %v", x, err)
	}
}

// TestDecisionEnds: pages and API say that what was allowed no longer is.
func TestDecisionEnds(t *testing.T) {
	t.Parallel()
	s, id := startWithIncident(t)
	reviewer, owner := signedIn(t, s, "reviewer"), signedIn(t, s, "owner")
	send(t, s, "POST", "/incidents/"+id+"/decision", reviewer, "verdict=allow:always", "Content-Type", asForm)
	for _, test := range []struct{ step, want, not string }{
		{"allowed", "許可中", "許可は終了"},
		{"removed", "許可は終了", "許可中<"},
	} {
		if test.step == "removed" {
			send(t, s, "POST", "/exceptions/remove", owner, url.Values{"host": {"amazon-signin.example"}}.Encode(), "Content-Type", asForm)
		}
		for _, page := range []string{"/incidents?state=allowed", "/incidents/" + id} { // the overview shows dangers
			body := send(t, s, "GET", page, reviewer, "").body
			if _, main, _ := strings.Cut(body, `id="main"`); !strings.Contains(main, test.want) || strings.Contains(main, test.not) && page != "/incidents?state=allowed" {
				t.Errorf("%s, %s: want %q", test.step, page, test.want)
			}
		}
	}
	if inc := incidentOf(t, s, id); !inc.Ended || inc.State != journal.StateAllowed || inc.Until.IsZero() {
		t.Errorf("incident = %+v; want it ended", inc)
	}
}

// TestCertificateFacts: report and page say what is recorded of the certificate, in
// both languages, and that of the same site one was refused.
func TestCertificateFacts(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	id, begin := journal.NewIncident(), time.Now().Add(-50*time.Hour)
	for _, e := range []journal.Event{
		{Door: journal.DoorPage, Host: "gadget.example", Severity: journal.SeverityRed, Ground: "page", Technique: "sign-in-copy", Detail: "the page is a copy of Amazon's sign-in", Incident: id, CertIssuer: hostile, CertNotBefore: begin, CertNotAfter: begin.AddDate(0, 3, 0)},
		{Door: journal.DoorProxy, Host: "gadget.example", Severity: journal.SeverityInfo, Technique: "certificate-untrusted", Detail: "no trusted authority signed the certificate"},
	} {
		if _, err := s.options.Journal.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	viewer := signedIn(t, s, "viewer")
	for in, want := range map[string][]string{
		"ja": {"発行者（証明書の記載）：" + hostile, "有効期間：", "2 日（記録した時点）", "信頼できる認証局が発行した証明書ではありません（certificate-untrusted）"},
		"en": {"Issued by, in its own words: " + hostile, "Valid from ", "in days: 2", "no trusted authority signed the certificate (certificate-untrusted)"},
	} {
		text := send(t, s, "GET", "/incidents/"+id+"/report.txt?in="+in, viewer, "").body
		page := send(t, s, "GET", "/incidents/"+id+"?lang="+in, viewer, "").body
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: the report lacks %q", in, w)
			}
			if w != want[0] && !strings.Contains(page, w) {
				t.Errorf("%s: the page lacks %q", in, w)
			}
		}
		if strings.Contains(page, hostile) {
			t.Errorf("%s: the issuer is taken for markup", in)
		}
		if in == "ja" && !strings.Contains(page, "このページは、Amazon のサインイン画面の複製です") {
			t.Error("the detail is not in Japanese")
		}
	}
}

// TestTermOfTheAPI: a false alarm ends also when nobody says when.
func TestTermOfTheAPI(t *testing.T) {
	t.Parallel()
	s, id := startWithIncident(t)
	reviewer := token(t, s, staff.Reviewer)
	for body, lasts := range map[string]time.Duration{
		`{"decision":"false_alarm"}`:                90 * 24 * time.Hour,
		`{"decision":"false_alarm","for":"always"}`: 0,
		`{"decision":"allow"}`:                      0,
		`{"decision":"confirmed"}`:                  0,
	} {
		inc := fetch[incidentWhole](t, s, "POST", "/incidents/"+id+"/decision", body, reviewer).Incident
		if inc.Until.IsZero() != (lasts == 0) || lasts != 0 && time.Until(inc.Until.Add(-lasts)).Abs() > time.Hour {
			t.Errorf("%s: until %v; want %v from now", body, inc.Until, lasts)
		}
	}
}

// TestEmptyTerm: a term that is there and empty is not one that was left out, which would
// let the site pass for ever.
func TestEmptyTerm(t *testing.T) {
	t.Parallel()
	s, id := startWithIncident(t)
	reviewer := token(t, s, staff.Reviewer)
	for _, what := range decisionWords {
		got := send(t, s, "POST", "/api/v1/incidents/"+id+"/decision", "", `{"decision":"`+what+`","for":""}`, reviewer...)
		if got.status != 400 || !strings.Contains(got.body, "for: want 15m") || incidentOf(t, s, id).State != journal.StateOpen {
			t.Errorf("%s: %d %s", what, got.status, got.body)
		}
	}
}

// TestDecideNeedsAName: what no list can have is not decided about as if it counted.
func TestDecideNeedsAName(t *testing.T) {
	t.Parallel()
	s, _ := startWithIncident(t)
	recordBlocked(t, s, strings.Repeat(`\032`, 70)+".example", "", blockedID)
	for _, what := range []string{journal.DecisionConfirmed, journal.DecisionAllow} {
		err := s.decide(httptest.NewRequestWithContext(t.Context(), "POST", "/", nil), person{name: "mika", role: staff.Reviewer}, blockedID, decision{Decision: what})
		if !errors.Is(err, journal.ErrInvalid) {
			t.Errorf("%s: %v; want ErrInvalid", what, err)
		}
	}
	if inc := incidentOf(t, s, blockedID); inc.State != journal.StateOpen {
		t.Errorf("state %s", inc.State)
	}
}
