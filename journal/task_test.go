package journal

import (
	"context"
	"database/sql"
	"os"
	"testing"
	"time"
)

// TestTasksWhileLocked: of those that wait together, one waits for somebody else's lock,
// and what is recorded does not wait behind all of them.
func TestTasksWhileLocked(t *testing.T) {
	t.Parallel()
	path := place(t)
	made(t, path, 1)
	j := idle(t, path)
	db, err := sql.Open("sqlite", dsn(path, "rw"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	var tasks [3]*request
	for i := range tasks {
		tasks[i] = &request{done: make(chan struct{}), task: func(context.Context, *store) error { return nil }}
		if err := j.enqueue(t.Context(), tasks[i]); err != nil {
			t.Fatal(err)
		}
	}
	j.begin()
	<-tasks[0].done
	if _, err := db.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	for i, r := range tasks {
		if <-r.done; code(r.err) == 0 {
			t.Errorf("task %d: %v; want SQLite's error", i, r.err)
		}
	}
	for j.Audit(t.Context(), "hana", "sign-in", "") != nil { // not for ever: what hangs here shows it
		time.Sleep(retryAfter / 10)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestTaskAfterDeletion: what a person asks for goes into a fresh file as an event does,
// although nothing is recorded meanwhile.
func TestTaskAfterDeletion(t *testing.T) {
	t.Parallel()
	if onWindows {
		t.Skip("Windows does not let an open database be removed")
	}
	path := place(t)
	j := open(t, path, Options{})
	record(t, j, full)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := j.PutException(t.Context(), Exception{Host: "a.example", Kind: ExceptionBlock}); err != nil {
		t.Fatal(err)
	}
	if got, err := j.Exceptions(t.Context()); err != nil || len(got) != 1 {
		t.Errorf("Exceptions = %v, %v; want what was decided", got, err)
	}
}
