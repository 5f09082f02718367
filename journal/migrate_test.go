package journal

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sekisho/journal/schema"
)

func gunzip(t *testing.T, name string) []byte {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// schema1 writes a journal to path that the version with schema 1 made.
func schema1(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	replace(t, path, gunzip(t, "schema1.db.gz"))
}

// TestMigrate opens a journal of the first schema, and finds in it what the
// version that wrote it printed.
func TestMigrate(t *testing.T) {
	t.Parallel()
	path := place(t)
	schema1(t, path)
	if _, err := OpenReader(path); !errors.Is(err, schema.ErrOlder) {
		t.Errorf("OpenReader = %v before migration; want it to say what to do", err)
	}
	var want []Event
	for dec := json.NewDecoder(bytes.NewReader(gunzip(t, "schema1.jsonl.gz"))); ; {
		var e Event
		if err := dec.Decode(&e); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		byName := e.Door == DoorProxy || e.Door == DoorDNS
		e.Observed = byName && e.passed() && e.Action != ActionHold
		want = append(want, e)
	}
	j := open(t, path, Options{})
	if j.MovedAside() != "" {
		t.Fatalf("moved aside to %s", j.MovedAside())
	}
	if diff := cmp.Diff(want, stored(t, path)); diff != "" || len(want) != 299 {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	consistent(t, path)
	r := reader(t, path)
	list, _, err := r.Incidents(t.Context(), IncidentFilter{Limit: 100}, "")
	if err != nil || len(list) != 30 {
		t.Fatalf("%d incidents, %v; want 30", len(list), err)
	}
	// The newest event, 300, was deleted before; its number is not used again.
	if e := record(t, j, Event{Incident: list[0].ID, Severity: SeverityRed, Host: "new.example"}); e.ID != 301 {
		t.Errorf("id = %d; want 301", e.ID)
	}
	inc, events, err := r.IncidentByID(t.Context(), list[0].ID)
	if err != nil || inc.Events != list[0].Events+1 || len(events) != inc.Events {
		t.Errorf("incident = %+v with %d events, %v; want one more than %d", inc, len(events), err, list[0].Events)
	}
	consistent(t, path)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	swept(t, path, Options{Retention: 1, Log: nopLog})
	consistent(t, path)
}

// TestMigrateEmpty migrates a journal whose events are all gone.
func TestMigrateEmpty(t *testing.T) {
	t.Parallel()
	path := place(t)
	schema1(t, path)
	execSQL(t, path, "DELETE FROM events")
	j := open(t, path, Options{})
	if e := record(t, j, full); e.ID != 301 {
		t.Errorf("id = %d; want 301", e.ID)
	}
}

// TestReadWhileMade reads a journal while it is being made: it is there or not.
func TestReadWhileMade(t *testing.T) {
	t.Parallel()
	for range 20 {
		path := place(t)
		done := make(chan error)
		go func() {
			for {
				r, err := OpenReader(path)
				if err == nil {
					done <- r.Close()
					return
				}
				if !errors.Is(err, ErrNoJournal) {
					done <- err
					return
				}
			}
		}()
		j := open(t, path, Options{})
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestMigrateDrills: what was decided about exercises is gone, and nothing else.
func TestMigrateDrills(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	for _, host := range []string{"amazon-seller-drill.test", "q7rk2-drill.test", "sign-in-drill.test", Rehearsal, "shop.example"} {
		for _, kind := range []string{ExceptionAllow, ExceptionBlock} {
			if err := j.PutException(t.Context(), Exception{Host: host, Kind: kind, Until: time.Now().Add(time.Hour)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	execSQL(t, path, "DROP INDEX events_released")
	execSQL(t, path, "DROP INDEX events_observed")
	execSQL(t, path, "ALTER TABLE events DROP COLUMN observed")
	execSQL(t, path, "PRAGMA user_version = 8")
	list, err := open(t, path, Options{}).AllExceptions(t.Context())
	if err != nil || len(list) == 0 {
		t.Fatal(list, err)
	}
	for _, x := range list {
		if x.Host != "shop.example" {
			t.Errorf("%s of %s is left", x.Kind, x.Host)
		}
	}
}

// TestMigrateBrokenNames: what has an A-label that encodes nothing is found by it.
func TestMigrateBrokenNames(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	for _, host := range []string{`www.\120n--amazon-kxd.example`, `xn--amazon-kxd.example`, `a\046b.example`} {
		record(t, j, Event{Door: DoorDNS, Action: ActionBlock, Severity: SeverityRed, Host: host})
		if err := j.PutException(t.Context(), Exception{Host: host, Kind: ExceptionAllow}); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	execSQL(t, path, "DROP INDEX events_released")
	execSQL(t, path, "PRAGMA user_version = 10")
	j = open(t, path, Options{})
	consistent(t, path)
	r := reader(t, path)
	for _, f := range []Filter{{Host: "www.xn--amazon-kxd.example"}, {Text: "www.xn--ama"}, {Host: `a\046b.example`}} {
		if p, err := r.Search(t.Context(), f, ""); err != nil || len(p.Events) != 1 {
			t.Errorf("%+v: %d events, %v; want one", f, len(p.Events), err)
		}
	}
	if p, err := r.Search(t.Context(), Filter{Text: "120n"}, ""); err != nil || len(p.Events) != 0 {
		t.Errorf("%d events, %v as they were recorded; want none", len(p.Events), err)
	}
	if _, ok, err := j.ExceptionFor(t.Context(), "www.xn--amazon-kxd.example"); !ok || err != nil {
		t.Errorf("its exception: %v, %v", ok, err)
	}
}
