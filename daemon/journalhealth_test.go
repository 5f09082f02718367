package daemon

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"sekisho/console"
	"sekisho/journal"
)

// TestJournalHealth: events that wait for the disk are trouble until they are written;
// those that were given up are told for good, and are no trouble.
func TestJournalHealth(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows does not let an open database be removed")
	}
	dir := filepath.Join(t.TempDir(), "data")
	j, err := journal.Open(filepath.Join(dir, "journal.db"), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	d := &Daemon{journal: j}
	if got := d.journalHealth(); got != (console.Part{Name: "journal", State: "ok"}) {
		t.Errorf("at first: %+v", got)
	}
	if err := errors.Join(os.RemoveAll(dir), os.WriteFile(dir, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	for j.Lost() == 0 {
		_, _ = j.Record(t.Context(), journal.Event{Door: journal.DoorSystem, Severity: journal.SeverityInfo})
	}
	if got := d.journalHealth(); got.State == "ok" || got.Beside {
		t.Errorf("while nothing can be written: %+v; want trouble", got)
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(30 * time.Second); j.Waiting() > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d events still wait", j.Waiting())
		}
	}
	if got := d.journalHealth(); got.State == "ok" || !got.Beside {
		t.Errorf("when the others are written: %+v; want the lost ones beside the rest", got)
	}
}
