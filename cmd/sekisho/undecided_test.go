package main

import (
	"path/filepath"
	"strings"
	"testing"

	"sekisho/journal"
)

// TestCheckSaysWhatItLeavesOut: verdicts are those of the lists and the name alone, with
// or without decisions; where there are some, that is said.
func TestCheckSaysWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j, err := journal.Open(filepath.Join(dir, "journal.db"), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = j.Close() }()
	visit := journal.NewIncident()
	if _, err := j.Record(t.Context(), journal.Event{Host: "gadget.example", Door: journal.DoorGuard, Severity: journal.SeverityRed, Incident: visit}); err != nil {
		t.Fatal(err)
	}
	const note = "What people decided in the console does not count here."
	for _, decided := range []bool{false, true} {
		if decided {
			if err := j.Decide(t.Context(), journal.Decision{Incident: visit, Decision: journal.DecisionConfirmed}); err != nil {
				t.Fatal(err)
			}
		}
		code, out, errw := sekisho(t, strings.NewReader(""), "check", "--data", dir, "gadget.example")
		if code != 0 || !strings.HasPrefix(out, "allow ") || strings.Count(out, "\n") != 1 || strings.HasPrefix(errw, note) != decided || !decided && errw != "" {
			t.Errorf("decided %v: code %d, %q, stderr %q", decided, code, out, errw)
		}
	}
	if _, _, errw := sekisho(t, strings.NewReader(""), "check", "--help"); errw != "" || !strings.Contains(checkHelp, "people decided in the console does not") {
		t.Errorf("help: %q", errw)
	}
}
