package main

import (
	"strings"
	"testing"
	"time"

	"sekisho/daemon"
	"sekisho/journal"
)

// TestExamineClients: a note of distrust stands until one of trust follows it.
func TestExamineClients(t *testing.T) {
	t.Parallel()
	p := &patient{e: &env{}, now: time.Now().Add(time.Minute), dir: daemon.Dir(t.TempDir())}
	if got := examineClients(t.Context(), p); len(got) != 0 {
		t.Errorf("without a journal = %v; want nothing", got)
	}
	j, err := journal.Open(p.dir.Journal(), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = j.Close() }()
	for _, e := range []journal.Event{
		{Technique: "untrusting", Client: "192.0.2.1"},
		{Technique: "untrusting", Client: "192.0.2.2"},
		{Technique: "trusting", Client: "192.0.2.1"},
		{Technique: "trusting", Client: "192.0.2.3"},
		{Technique: "untrusting", Client: "192.0.2.3"},
		{Technique: "untrusting-program", Client: "192.0.2.3"}, // all of it is untrusting
		{Technique: "untrusting-program", Client: "192.0.2.5"},
		{Technique: "untrusting-program", Client: "192.0.2.6"},
		{Technique: "trusting", Client: "192.0.2.6"},
		{Technique: "pinned", Client: "192.0.2.1", Host: "api.app.example"},
		{Technique: "other-protocol", Client: "192.0.2.4"},
	} {
		e.Door, e.Action, e.Severity = journal.DoorProxy, journal.ActionAllow, journal.SeverityInfo
		if _, err := j.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	got := examineClients(t.Context(), p)
	if len(got) != 4 || got[0].Check != "clients" || !strings.HasSuffix(got[0].Detail, ": 192.0.2.2, 192.0.2.3") ||
		got[1].Check != "programs" || got[1].State != ok || !strings.HasSuffix(got[1].Detail, ": 192.0.2.5") ||
		got[2].Check != "applications" || !strings.HasSuffix(got[2].Detail, ": api.app.example") ||
		got[3].Check != "protocols" || !strings.HasSuffix(got[3].Detail, ": 192.0.2.4") {
		t.Errorf("findings = %+v; want the two clients, the program, the application and the other one", got)
	}
	p.now = p.now.Add(48 * time.Hour)
	if got := examineClients(t.Context(), p); len(got) != 0 {
		t.Errorf("two days later = %v; want nothing", got)
	}
}

func TestListed(t *testing.T) {
	t.Parallel()
	m := map[string]bool{"a": true, "b": true, "c": true, "d": true, "e": true, "f": true, "g": true}
	if got := listed(m); got != "a, b, c, d, e and 2 more" {
		t.Errorf("listed = %q", got)
	}
}
