package console

import (
	"encoding/json"
	"strings"
	"testing"

	"sekisho/journal"
)

// TestHealthBeside: a receiver of events that is down is named, and takes nothing else
// down; whoever looks is told.
func TestHealthBeside(t *testing.T) {
	t.Parallel()
	const down = "office-siem has failed since 2026-01-02T03:04:05Z, 12 events wait"
	s := start(t, func(o *Options) {
		o.Health = func() []Part { return []Part{{Name: "proxy", State: "ok"}, {Name: "sinks", State: down, Beside: true}} }
	})
	if got := ask(t, s, "GET", "/healthz", nil); got.status != 200 || got.body != "ok\nproxy: ok\nsinks: "+down+"\n" {
		t.Errorf("%d %q", got.status, got.body)
	}
	viewer := signedIn(t, s, "viewer")
	body := send(t, s, "GET", "/", viewer, "").body
	if !strings.Contains(body, phrases()["home.failing"]["ja"]) || !strings.Contains(body, "記録の転送") || !strings.Contains(body, "office-siem への転送が 2026-01-02T03:04:05Z から失敗しています（未送信 12 件）") {
		t.Error("the overview does not say so in Japanese")
	}
	var st status
	if err := json.Unmarshal([]byte(send(t, s, "GET", "/api/v1/status", viewer, "").body), &st); err != nil || st.Status != "failing" || st.Parts["sinks"] != down {
		t.Errorf("status %+v, %v", st, err)
	}
}

// TestAuditInJapanese: nothing of an entry is left in English.
func TestAuditInJapanese(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for _, e := range [][3]string{
		{"nobody", "sign-in.refused", "from 192.0.2.7, several times in a row"},
		{"owner", "totp.add", "from 192.0.2.8"},
		{"owner", "sign-in.second", "from 192.0.2.9, several times in a row"},
		{"command line (mika)", "ca.rotate", "SHA-256 AB:CD"},
		{"owner", "decision.false_alarm", "incident " + blockedID + " for 90d"},
		{"owner", "decision.allow", "incident " + blockedID + " for 15m about shop.example"},
		{"owner", "decision.confirmed", "incident " + blockedID + " about tool.example"},
	} {
		if err := s.options.Journal.Audit(t.Context(), e[0], e[1], e[2]); err != nil {
			t.Fatal(err)
		}
	}
	_, body, _ := strings.Cut(send(t, s, "GET", "/audit", signedIn(t, s, "owner"), "").body, "<tbody>")
	for _, want := range []string{"サインインしていない人", "192.0.2.7 から、続けて何度も", "192.0.2.8 から<", "192.0.2.9 から、続けて何度も", "90 日", "shop.example · 15 分", "tool.example", "認証局を新しくしました。"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, english := range []string{"nobody", "from ", "several", "about"} {
		if strings.Contains(body, english) {
			t.Errorf("the page has %q", english)
		}
	}
}

// TestDid: of what was held and reached the site all the same, no page and no report says
// merely that it was stopped.
func TestDid(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	viewer := signedIn(t, s, "viewer")
	for sent, want := range map[bool]string{true: "sending stopped, but something reached the site", false: "sending stopped"} {
		id := journal.NewIncident()
		e := journal.Event{
			Door: journal.DoorGuard, Client: "192.0.2.1", Host: "shop.example", Action: journal.ActionHold, Severity: journal.SeverityRed,
			Ground: "page", Technique: "sign-in-copy", Sent: &sent, Incident: id,
		}
		if _, err := s.options.Journal.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/events?incident=" + id + "&lang=en", "/incidents/" + id + "?lang=en", "/incidents/" + id + "/report?lang=en"} {
			if body := send(t, s, "GET", path, viewer, "").body; !strings.Contains(body, ">"+want+"<") {
				t.Errorf("%s does not say %q", path, want)
			}
		}
	}
}
