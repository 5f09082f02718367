package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"sekisho/journal/datafile"
	"sekisho/journal/schema"
)

// AuditBeside stores an entry as [Journal.Audit] does, in the journal at path, for a
// program that does not write the journal otherwise: another process may be doing
// that, and the entry waits for its commit, a second at most. It changes nothing
// else, and makes no journal.
//
// Errors: ErrNoJournal; ErrNewer; a journal that an older version wrote; and the
// disk's.
func AuditBeside(ctx context.Context, path, who, what, detail string) error {
	if _, err := datafile.Identity(path); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("store an audit entry: %w", ErrNoJournal)
	}
	err := auditBeside(ctx, path, auditArgs(who, what, detail))
	if err != nil {
		return fmt.Errorf("store an audit entry in journal %q: %w", path, err)
	}
	return nil
}

func auditBeside(ctx context.Context, path string, args []any) (err error) {
	db, err := sql.Open("sqlite", dsn(path, "rw")+"&_pragma=trusted_schema(0)&_pragma=synchronous(2)&_pragma=cell_size_check(1)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	switch empty, err := schema.Current(ctx, db); {
	case err != nil:
		return err
	case empty:
		return ErrNoJournal
	}
	_, err = db.ExecContext(ctx, addAudit, args...)
	return err
}

// addAudit adds an entry to the audit log.
const addAudit = "INSERT INTO audit (time, who, what, detail) VALUES (?, ?, ?, ?)"

// auditArgs are the arguments of addAudit for an entry of now.
func auditArgs(who, what, detail string) []any {
	return []any{toMillis(time.Now()), cleanText(who, maxLabel), cleanText(what, maxWord), text(cleanText(detail, maxDetail))}
}
