package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// applicationID marks a SQLite file as a journal: "SKJ1".
const applicationID = 0x534b4a31

// migrations lead from one schema version (PRAGMA user_version) to the next.
// Only append.
var migrations = []string{
	`-- words holds every string that repeats, once per kind (see words.go).
	-- AUTOINCREMENT, here and below, so that a number is never used twice.
	CREATE TABLE words (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		kind INTEGER NOT NULL,
		text TEXT NOT NULL,
		UNIQUE (kind, text)
	) STRICT;
	CREATE TABLE events (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		time INTEGER NOT NULL, -- milliseconds since 1970, UTC
		door INTEGER, client INTEGER, device INTEGER, host INTEGER, -- words
		action INTEGER, severity INTEGER, ground INTEGER, technique INTEGER, target INTEGER, account INTEGER,
		score REAL, detail TEXT,
		signs TEXT, fields TEXT, -- one a line
		sent INTEGER, incident TEXT
	) STRICT;
	CREATE INDEX events_host ON events (host) WHERE host IS NOT NULL;
	CREATE INDEX events_client ON events (client) WHERE client IS NOT NULL;
	CREATE INDEX events_incident ON events (incident) WHERE incident IS NOT NULL;
	-- hours gives the ids stamped with an hour of time, to turn a time range
	-- into an id range: the clock may jump, ids do not. Roll-ups join it here.
	CREATE TABLE hours (
		hour INTEGER PRIMARY KEY, -- since 1970
		first INTEGER NOT NULL,
		last INTEGER NOT NULL
	) STRICT;`,
	console,
	people,
	certificate,
	waits,
	together,
	leaks,
	layers,
	undrilled,
}

// errOlder says that a file has to be migrated before it can be read.
var errOlder = errors.New(`written by an older version of sekisho; "sekisho run" brings it up to date`)

// identify reads whose file this is. It returns the schema version, 0 for a
// file with nothing in it; a *damage for somebody else's database; ErrNewer.
func identify(ctx context.Context, q querier) (version int, err error) {
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
		return 0, &damage{reason: "it is a database of another program"}
	case version > len(migrations):
		return 0, fmt.Errorf("schema %d, this version knows %d: %w", version, len(migrations), ErrNewer)
	case version < 1:
		return 0, &damage{reason: "it has no schema version"}
	}
	return version, nil
}

// migrate brings the schema from version to the newest, in one transaction: a
// reader of a new file sees nothing or all of it.
func migrate(ctx context.Context, c *sql.Conn, version int) error {
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
