package journal

import (
	"database/sql"
	"testing"
)

// TestCloseTriesOnceMore: what the disk did not take a moment ago is written at the stop,
// however soon that comes after.
func TestCloseTriesOnceMore(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	db, err := sql.Open("sqlite", dsn(path, "rw"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Record(t.Context(), full); err == nil {
		t.Fatal("recorded although the journal is locked")
	}
	if _, err := db.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	if got := stored(t, path); len(got) != 1 {
		t.Errorf("stored %+v; want the event", got)
	}
}
