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

// maxAudit bounds the entries that are kept; the oldest go first. They may be
// about failed sign-ins, which anybody can cause.
const maxAudit = 50_000

// AuditEntry says what a person did in the console, or by a command.
type AuditEntry struct {
	ID     int64     `json:"id"` // ascending; a gap says nothing
	Time   time.Time `json:"time"`
	Who    string    `json:"who"`
	What   string    `json:"what"`
	Detail string    `json:"detail,omitempty"`
}

// Audit stores an entry, its strings cut to 128, 64 and 1,024 bytes and cleaned
// as an event's are, and returns once it is durable. Retention by age applies.
func (j *Journal) Audit(ctx context.Context, who, what, detail string) error {
	args := auditArgs(who, what, detail)
	err := j.do(ctx, func(ctx context.Context, s *store) error {
		res, err := s.conn.ExecContext(ctx, addAudit, args...)
		if err != nil {
			return err
		}
		id, err := res.LastInsertId()
		if err == nil {
			_, err = s.conn.ExecContext(ctx, "DELETE FROM audit WHERE id <= ?", id-maxAudit)
		}
		return err
	})
	return j.asked("store an audit entry", err)
}

// auditQuery reads a page of the audit log.
const auditQuery = "SELECT id, time, who, what, coalesce(detail, '') FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?"

// AuditLog returns entries, newest first, and the cursor of the next page, as
// [Reader.Search] does.
func (r *Reader) AuditLog(ctx context.Context, cursor string) (list []AuditEntry, next string, err error) {
	before := int64(maxID) + 1
	c, err := resume(cursor, listAudit, 0)
	if err != nil {
		return nil, "", fmt.Errorf("read audit log: %w", err)
	}
	if c != nil {
		before = c.before
	}
	err = r.view(ctx, func(_ *source, tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, auditQuery, before, defaultPage)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var (
				e  AuditEntry
				ms int64
			)
			if err := rows.Scan(&e.ID, &ms, &e.Who, &e.What, &e.Detail); err != nil {
				return err
			}
			e.Time = fromMillis(ms)
			list = append(list, e)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, "", r.wrap(ctx, err)
	}
	if len(list) == defaultPage {
		next = position{list: listAudit, before: list[len(list)-1].ID}.String()
	}
	return list, next, nil
}

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
