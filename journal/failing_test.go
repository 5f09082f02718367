package journal

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDeletedUnderneath(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		remove func(path string) error
		kept   bool // earlier events survive
	}{
		{"the file", os.Remove, false},
		{"all files", func(path string) error {
			return errors.Join(os.Remove(path), os.Remove(path+"-wal"), os.Remove(path+"-shm"), os.Remove(path+".lock"))
		}, false},
		{"the directory", func(path string) error { return os.RemoveAll(filepath.Dir(path)) }, false},
		{"the log", func(path string) error { return os.Remove(path + "-wal") }, true},
		{"moved", func(path string) error { return os.Rename(path, path+".old") }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if onWindows {
				t.Skip("Windows does not let an open database be removed")
			}
			path := place(t)
			j := open(t, path, Options{})
			want := []Event{record(t, j, full)}
			if _, err := j.Incident(t.Context(), "INC1"); err != nil { // its reader is open
				t.Fatal(err)
			}
			if err := tt.remove(path); err != nil {
				t.Fatal(err)
			}
			if !tt.kept {
				want = nil
			}
			for range 3 {
				e := full
				e.Time = e.Time.AddDate(0, 0, 1)
				want = append(want, record(t, j, e))
			}
			if want[len(want)-1].ID < 4 {
				t.Errorf("ids = %v; want them to go on", ids(want))
			}
			got := stored(t, path)
			var plain []Event
			for _, e := range got {
				if e.Door != DoorSystem {
					plain = append(plain, e)
				}
			}
			if diff := cmp.Diff(want, plain); diff != "" {
				t.Errorf("stored (-want +got):\n%s", diff)
			}
			if reported := len(own(got)) == 1; reported == tt.kept {
				t.Errorf("reports = %+v", own(got))
			}
			incident, err := j.Incident(t.Context(), "INC1")
			if diff := cmp.Diff(want, incident); diff != "" || err != nil {
				t.Errorf("Incident: %v (-want +got):\n%s", err, diff)
			}
			if _, err := Open(path, Options{}); !errors.Is(err, ErrLocked) {
				t.Errorf("second Open = %v; want ErrLocked", err)
			}
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
			if modes := looseModes(t, path); len(modes) > 0 {
				t.Errorf("others may read %v", modes)
			}
		})
	}
}

// TestDamagedWhileOpen breaks the file below a running writer. Once a write
// meets the damage, the file is moved aside and the event is stored anyway.
func TestDamagedWhileOpen(t *testing.T) {
	t.Parallel()
	path := place(t)
	made(t, path, 3000)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	log, logs := observed()
	j := open(t, path, Options{Log: log})
	record(t, j, full)
	overwrite(t, path, noise(int(info.Size())-8192), 8192)
	for i := 0; j.MovedAside() == ""; i++ {
		if i == 10000 {
			t.Fatal("the damage was not met")
		}
		record(t, j, Event{Host: NewIncident(), Client: NewIncident()})
	}
	e := record(t, j, full)
	got := stored(t, path)
	if got[len(got)-1].ID != e.ID || e.ID <= 3001 {
		t.Errorf("the last event has id %d, stored is %d; want ids to go on", e.ID, got[len(got)-1].ID)
	}
	if reports := own(got); len(reports) != 1 || reports[0].Technique != TechniqueReplaced {
		t.Errorf("reports = %+v; want one", reports)
	}
	if logs.FilterMessageSnippet("moved aside").Len() != 1 {
		t.Error("nothing was logged about it")
	}
}

// TestLockedByForeigner holds SQLite's write lock from outside: events are kept
// in memory, the oldest fall out, and all that is left is written afterwards.
func TestLockedByForeigner(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	record(t, j, full)
	db, err := sql.Open("sqlite", dsn(path, "rw"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	const over = 100
	waiting := full
	waiting.Incident = "WAITING"
	for i := range backlogSize + over {
		e, err := j.Record(t.Context(), waiting)
		if err == nil {
			t.Fatal("Record = nil although the journal is locked")
		}
		if code(err) == 0 || !strings.Contains(err.Error(), path) {
			t.Fatalf("Record = %v; want SQLite's error and the path", err)
		}
		if want := int64(i + 2); e.ID != want {
			t.Fatalf("id = %d; want %d reserved", e.ID, want)
		}
	}
	if n := j.Lost(); n != over {
		t.Errorf("Lost() = %d; want %d", n, over)
	}
	incident, err := j.Incident(t.Context(), "WAITING")
	if err != nil || len(incident) != backlogSize {
		t.Errorf("Incident = %d events, %v; want the %d that wait", len(incident), err, backlogSize)
	}
	if _, err := db.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	report := await(t, path, func(e Event) bool { return e.Technique == TechniqueLost })
	if !strings.HasPrefix(report.Detail, "100 records were lost, with ids from 2 to 101") || report.Door != DoorSystem {
		t.Errorf("report = %+v; want 100 records with ids from 2 to 101", report)
	}
	got := ids(stored(t, path))
	want := []int64{1}
	for id := int64(over + 2); id <= report.ID; id++ {
		want = append(want, id)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
	record(t, j, full)
	if n := j.Lost(); n != over {
		t.Errorf("Lost() = %d; want %d", n, over)
	}
}

// TestCloseWhileFailing loses what cannot be written, says so, and the next
// run reports it.
func TestCloseWhileFailing(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	record(t, j, full)
	db, err := sql.Open("sqlite", dsn(path, "rw"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := j.Record(t.Context(), full); err == nil {
			t.Fatal("Record = nil although the journal is locked")
		}
	}
	if err := j.Close(); err == nil || !strings.Contains(err.Error(), "3 events") {
		t.Errorf("Close = %v; want it to tell of 3 events", err)
	}
	if _, err := db.ExecContext(context.Background(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	j = open(t, path, Options{})
	if n := j.Lost(); n != 3 {
		t.Errorf("Lost() = %d; want 3", n)
	}
	e := record(t, j, full)
	got := stored(t, path)
	reports := own(got)
	if len(reports) != 1 || !strings.HasPrefix(reports[0].Detail, "3 records were lost, with ids from 2 to 4") {
		t.Errorf("reports = %+v; want the loss of ids 2 to 4", reports)
	}
	if slices.Contains(ids(got), 3) || e.ID < 5 {
		t.Errorf("ids = %v; want a gap of 2 to 4", ids(got))
	}
}

// TestNothingLeaks looks for event contents in everything that goes wrong.
func TestNothingLeaks(t *testing.T) {
	t.Parallel()
	const canary = "hunter2-canary"
	e := Event{
		Door: canary, Client: canary, Device: canary, Host: canary, Action: canary, Severity: canary, Ground: canary, Technique: canary,
		Target: canary, Detail: canary, Signs: []string{canary}, Fields: []string{canary}, Account: canary, Incident: canary,
	}
	path := place(t)
	log, logs := observed()
	j := open(t, path, Options{Log: log})
	var errs []error
	note := func(_ Event, err error) {
		if err == nil {
			t.Error("no error where one was wanted")
		}
		errs = append(errs, err)
	}
	record(t, j, e)
	execSQL(t, path, "CREATE TRIGGER no BEFORE INSERT ON events BEGIN SELECT raise(ABORT, 'no'); END")
	note(j.Record(t.Context(), e))
	note(j.Record(t.Context(), e))
	execSQL(t, path, "DROP TRIGGER no")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := j.Record(ended, e); err != nil { // may have been written
		note(got, err)
	}
	r := reader(t, path)
	for _, err := range r.Events(ended, Filter{Host: canary, Incident: canary}) {
		note(Event{}, err)
	}
	_ = j.Close() // may have been able to write
	note(j.Record(t.Context(), e))
	for _, err := range errs {
		if strings.Contains(err.Error(), canary) {
			t.Errorf("%v contains what was recorded", err)
		}
	}
	for _, entry := range logs.All() {
		for key, value := range entry.ContextMap() {
			if s, ok := value.(string); ok && strings.Contains(s, canary) {
				t.Errorf("log field %s contains what was recorded: %q", key, s)
			}
		}
	}
}
