package console

import (
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"net/mail"
	"regexp"
	"strings"
	"testing"
	"time"

	"sekisho/interstitial"
	"sekisho/journal"
)

// crlf are texts that would end a line of a message, or begin a part of one.
var crlf = []string{
	"a\r\nBcc: victim@example.com", "a\nTo: x", "a\rSubject: x", "a\r\n\r\nbody", "a\u2028b", "a\u0085b", "=?utf-8?q?x?=", "\x00", "\u202eevil",
	strings.Repeat("あ", 300), strings.Repeat("a", 300), "",
}

// message reads a draft as a mail program does.
func message(t *testing.T, text string) (m *mail.Message, subject, body string) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for line := range strings.SplitSeq(text, "\r\n") {
		if strings.ContainsAny(line, "\r\n") || len(line) > 78 {
			t.Fatalf("a line is %q", line)
		}
	}
	if strings.Contains(text, "Subject: \r\n ") {
		t.Fatal("the subject begins on the line after its name, which programs read as a blank before it")
	}
	for key := range m.Header {
		switch key {
		case "X-Unsent", "Date", "To", "Subject", "Mime-Version", "Content-Type", "Content-Language", "Content-Transfer-Encoding":
		default:
			t.Fatalf("there is a header %q", key)
		}
	}
	if subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, m.Body))
	if err != nil {
		t.Fatal(err)
	}
	return m, subject, string(b)
}

// TestDraft: whatever subject and body hold, there are the headers of a draft and
// no others, in lines that mail programs take.
func TestDraft(t *testing.T) {
	t.Parallel()
	date := time.Date(2026, 5, 6, 7, 8, 9, 0, time.FixedZone("JST", 9*3600))
	for _, s := range crlf {
		m, subject, body := message(t, draft{to: "a@b.example", subject: s, body: s + "\nx\n", lang: "ja", date: date}.String())
		if subject != s {
			t.Errorf("the subject is %q; want %q", subject, s)
		}
		if want := strings.ReplaceAll(s+"\nx\n", "\n", "\r\n"); body != want {
			t.Errorf("the body is %q; want %q", body, want)
		}
		if at, err := m.Header.Date(); err != nil || !at.Equal(date) {
			t.Errorf("the date is %v, %v", at, err)
		}
		if m.Header.Get("X-Unsent") != "1" || m.Header.Get("From") != "" || m.Header.Get("To") != "a@b.example" {
			t.Errorf("headers %v", m.Header)
		}
	}
}

// TestReportKeepsSilent: a report says what the site was and nothing of who was there,
// in each form and language, also when every text is hostile.
func TestReportKeepsSilent(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie := signedIn(t, s, "viewer")
	no := false
	id := journal.NewIncident()
	for i, bad := range append(crlf, "plain") {
		_, err := s.options.Journal.Record(t.Context(), journal.Event{
			Time: time.Date(2026, 5, 6, 7, 8, i, 0, time.UTC), Door: journal.DoorGuard, Client: "192.0.2.77", Device: "canary-device", Host: "amazon-sign.example" + bad,
			Action: journal.ActionHold, Severity: journal.SeverityRed, Ground: "lookalike", Technique: "combosquat" + bad, Target: "amazon.co.jp" + bad,
			Detail: "amazon-sign.example ~ amazon" + bad, Signs: []string{"brand", bad}, Fields: []string{"canary-field"}, Account: "canary-account",
			Sent: &no, Incident: id, CertIssuer: "https://Evil.example/x www.evil.example HTTP://1.2.3.4" + bad,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.options.Journal.Record(t.Context(), journal.Event{
		Door: journal.DoorProxy, Host: "amazon-sign.example", Action: journal.ActionBlock, Technique: journal.CertificateRefused + "wrong-host",
		Detail: "is for www.evil.example, https://evil.example",
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.options.Journal.Appeal(t.Context(), id, "canary-appeal"); err != nil {
		t.Fatal(err)
	}
	if err := s.options.Journal.Decide(t.Context(), journal.Decision{Incident: id, Decision: journal.DecisionConfirmed, Note: "canary-note", By: "canary-person"}); err != nil {
		t.Fatal(err)
	}
	at := "/incidents/" + id + "/report"
	zone := regexp.MustCompile(`2026-05-0[5-7] \d\d:\d\d:00 (\+|-|&#43;)\d\d:\d\d \(`)
	live := regexp.MustCompile(`(?i)\b(https?|ftp):|\b[a-z0-9-]+(\.[a-z0-9-]+)+`)
	for _, in := range []string{"ja", "en"} {
		page := send(t, s, "GET", at+"?lang=en&in="+in, cookie, "")
		text := send(t, s, "GET", at+".txt?in="+in, cookie, "")
		forms := map[string]string{"page": page.body, "text": text.body}
		for to, address := range recipients {
			got := send(t, s, "GET", at+".eml?to="+to+"&in="+in, cookie, "")
			m, subject, body := message(t, got.body)
			forms[to] = subject + "\n" + body
			if m.Header.Get("To") != address || got.header.Get("Content-Type") != "message/rfc822" ||
				!strings.HasPrefix(got.header.Get("Content-Disposition"), `attachment; filename="sekisho-report-`+id[:8]) {
				t.Errorf("%s: %v %v", to, m.Header, got.header)
			}
		}
		for name, form := range forms {
			if strings.Contains(form, "canary") || strings.Contains(form, "192.0.2") || strings.Contains(form, "amazon-sign.example") {
				t.Errorf("%s in %s tells too much:\n%s", name, in, form)
			}
			for _, want := range []string{"hxxps://amazon-sign[.]example", "combosquat", "brand", phrases()["sent.no"][interstitial.Lang(in)], id} {
				if !strings.Contains(form, want) {
					t.Errorf("%s in %s lacks %q:\n%s", name, in, want, form)
				}
			}
			for _, link := range live.FindAllString(form, -1) {
				if name != "page" { // which has ours
					t.Errorf("%s in %s has a link, %q:\n%s", name, in, link, form)
				}
			}
			if !zone.MatchString(form) {
				t.Errorf("%s in %s has no time with its zone:\n%s", name, in, form)
			}
		}
	}
	for _, path := range []string{at + "?in=fr", at + ".eml?to=me%40evil.example", at + ".txt?in=x"} {
		if got := send(t, s, "GET", path, cookie, ""); got.status != 400 {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	if got := send(t, s, "GET", "/incidents/0000/report.eml", cookie, ""); got.status != 404 {
		t.Errorf("no such incident: %d", got.status)
	}
}

// TestReportOfHostile: a report of whatever an incident says is one message with one
// body.
func TestReportOfHostile(t *testing.T) {
	t.Parallel()
	for _, bad := range crlf {
		inc := journal.Incident{ID: bad, Host: bad, Target: bad, Technique: bad, Ground: "lookalike", Detail: bad, Action: bad, Signs: []string{bad}}
		for _, lang := range []interstitial.Lang{interstitial.Japanese, interstitial.English} {
			e := newEvidence(words{Lang: lang}, "test", inc, []journal.Event{{Technique: "certificate-" + bad}})
			_, _, body := message(t, draft{subject: oneLine(e.Subject), body: e.Text(), lang: string(lang), date: time.Now()}.String())
			for line := range strings.SplitSeq(body, "\r\n") {
				if strings.HasPrefix(line, "Bcc:") || strings.HasPrefix(line, "To:") || strings.ContainsAny(line, "\r\u2028\u0085") {
					t.Errorf("%q: a line is %q", bad, line)
				}
			}
		}
		if got := attachment(bad, "eml"); strings.ContainsAny(strings.TrimPrefix(got, `attachment; filename="`)[:len(got)-len(`attachment; filename="`)-1], "\"\r\n/\\ ") {
			t.Errorf("%q is named %q", bad, got)
		}
	}
}

// TestReportHasNoPath: what a list says of an entry is where the list lies.
func TestReportHasNoPath(t *testing.T) {
	t.Parallel()
	for _, inc := range []journal.Incident{
		{Ground: "blocklist", Detail: "is listed as x.example in /home/mika/list.txt:3"},
		{Ground: "lookalike", Technique: "appeal", Detail: "/home/mika is what the visitor typed"},
	} {
		if got := newEvidence(words{Lang: interstitial.English}, "test", inc, nil).Text(); strings.Contains(got, "/home") {
			t.Errorf("%+v: %s", inc, got)
		}
	}
}

// TestReportOfWhat: a report says no more of a site than is known, and there is none of
// an exercise or of what somebody found harmless.
func TestReportOfWhat(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie := signedIn(t, s, "reviewer")
	for _, tt := range []struct {
		name     string
		e        journal.Event
		decision string
		say      string // "" when there is no report
	}{
		{"posing", journal.Event{Ground: "lookalike", Technique: "combosquat"}, "", "posing as Amazon: a[.]example"},
		{"a copy, met over TLS", journal.Event{Ground: "page", Technique: "sign-in-copy", CertIssuer: "CN=X"}, "confirmed", "hxxps://a[.]example/"},
		{"new", journal.Event{Ground: "credentials", Technique: "unfamiliar-sign-in"}, "", ""},
		{"new, and false", journal.Event{Ground: "credentials", Technique: "unfamiliar-sign-in"}, "confirmed", "suspicious site: a[.]example"},
		{"an ordinary shop", journal.Event{Ground: "credentials", Technique: "protected-sign-in", Target: "amazon.co.jp"}, "", "suspicious site: a[.]example"},
		{"a password used elsewhere", journal.Event{Ground: "credentials", Technique: "protected-password", Severity: journal.SeverityAmber}, "", ""},
		{"harmless", journal.Event{Ground: "credentials", Technique: "unfamiliar-sign-in"}, "false_alarm", ""},
		{"allowed", journal.Event{Ground: "lookalike", Technique: "combosquat"}, "allow", "posing as Amazon: a[.]example"},
		{"new, and allowed", journal.Event{Ground: "credentials", Technique: "unfamiliar-sign-in"}, "allow", ""},
		{"an exercise", journal.Event{Ground: journal.GroundDrill, Technique: "sign-in-copy"}, "", ""},
	} {
		if err := s.options.Journal.RemoveException(t.Context(), "a.example", ""); err != nil && !errors.Is(err, journal.ErrNotFound) {
			t.Fatal(err) // what was decided in the case before
		}
		tt.e.Host, tt.e.Door, tt.e.Action, tt.e.Incident = "a.example", journal.DoorPage, journal.ActionBlock, journal.NewIncident()
		if tt.e.Severity == "" {
			tt.e.Severity = journal.SeverityRed
		}
		if _, err := s.options.Journal.Record(t.Context(), tt.e); err != nil {
			t.Fatal(err)
		}
		if tt.decision != "" {
			if err := s.options.Journal.Decide(t.Context(), journal.Decision{Incident: tt.e.Incident, Decision: tt.decision, For: "24h"}); err != nil {
				t.Fatal(err)
			}
		}
		at := "/incidents/" + tt.e.Incident
		own := send(t, s, "GET", at+"?lang=en", cookie, "").body
		offered := strings.Contains(own, at+"/report")
		page, text, mail := send(t, s, "GET", at+"/report?in=en", cookie, ""), send(t, s, "GET", at+"/report.txt?in=en", cookie, ""), send(t, s, "GET", at+"/report.eml?to=amazon", cookie, "")
		if tt.say == "" {
			if offered || page.status != 200 || strings.Contains(page.body, "report.eml") || !strings.Contains(page.body, `role="alert"`) || text.status != 409 || mail.status != 409 {
				t.Errorf("%s: offered %t, %d, %d, %d", tt.name, offered, page.status, text.status, mail.status)
			}
			continue
		}
		if !offered || !strings.Contains(text.body, tt.say) || !strings.Contains(page.body, tt.say) || mail.status != 200 {
			t.Errorf("%s: offered %t, %d; lacks %q:\n%s", tt.name, offered, mail.status, tt.say, text.body)
		}
		if tt.e.CertIssuer == "" && strings.Contains(text.body, "hxxp") || strings.Contains(tt.say, "suspicious") && (strings.Contains(text.body, "pos") || strings.Contains(text.body, "amazon[.]co") || strings.Contains(own, "poses as")) {
			t.Errorf("%s says more than is known:\n%s", tt.name, text.body)
		}
	}
}
