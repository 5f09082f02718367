// Package schema is how a journal's file is laid out: the tables of its database, as one
// migration for each version that there was. It says whose file a file is, and brings an
// older one up to date; what is in the tables is the business of package journal.
package schema

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// Errors of a file that is a journal, but of another version.
var (
	// ErrNewer is returned for a file that a later version wrote.
	ErrNewer = errors.New("written by a newer version of sekisho")
	// ErrOlder is returned for a file that has to be migrated before it can be read.
	ErrOlder = errors.New(`written by an older version of sekisho; "sekisho run" brings it up to date`)
)

// Foreign is the error of a database that is no journal. It says why.
type Foreign string

func (f Foreign) Error() string { return string(f) }

// applicationID marks a SQLite file as a journal: "SKJ1".
const applicationID = 0x534b4a31

// migrations lead from one version (PRAGMA user_version) to the next; the file of each
// is named for the version that it makes. Only append: what was released never changes.
var migrations = []string{
	events,
	console,
	people,
	certificate,
	waits,
	together,
	leaks,
	layers,
	undrilled,
	observed,
	undisguised,
	released,
}

// Querier is a connection, a transaction or a pool.
type Querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Identify reads whose file this is. It returns its version, 0 for a file with nothing in
// it. Errors: [Foreign], also wrapped; ErrNewer; and those of the file.
func Identify(ctx context.Context, q Querier) (version int, err error) {
	var app, objects int
	// One query, and so one moment of a file that is just being made.
	err = q.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM sqlite_schema),
		(SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version)`).
		Scan(&objects, &app, &version)
	if err != nil {
		return 0, err
	}
	switch {
	case app == 0 && version == 0 && objects == 0:
		return 0, nil
	case app != applicationID:
		return 0, Foreign("it is a database of another program")
	case version > len(migrations):
		return 0, fmt.Errorf("schema %d, this version knows %d: %w", version, len(migrations), ErrNewer)
	case version < 1:
		return 0, Foreign("it has no schema version")
	}
	return version, nil
}

// Current is Identify for who only reads what the newest version has, or adds to it: it
// returns ErrOlder for less than that. empty says that there is nothing in the file.
func Current(ctx context.Context, q Querier) (empty bool, err error) {
	version, err := Identify(ctx, q)
	if err == nil && version > 0 && version < len(migrations) {
		err = ErrOlder
	}
	return err == nil && version == 0, err
}

// Migrate brings a file from a version to the newest, in one transaction: a reader of a
// new file sees nothing or all of it. c is in no transaction.
func Migrate(ctx context.Context, c *sql.Conn, version int) error {
	if version == len(migrations) {
		return nil
	}
	steps := fmt.Sprintf("BEGIN IMMEDIATE;\n%s\nPRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
		strings.Join(migrations[version:], "\n"), applicationID, len(migrations))
	if _, err := c.ExecContext(ctx, steps); err != nil {
		_, _ = c.ExecContext(ctx, "ROLLBACK") // fails when SQLite rolled back by itself
		return fmt.Errorf("migrate schema from %d to %d: %w", version, len(migrations), err)
	}
	return nil
}
