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

// checkTime bounds the check for damage at start. SQLite gets through about a
// hundred megabytes in it; a start is not held up for the rest of a larger file.
const checkTime = time.Second

// leastFile is the size of SQLite's smallest page, and so of its smallest file.
const leastFile = 512

// inspect looks for damage in the file at path, without changing it.
func inspect(path string) error {
	if err := datafile.Accessible(path); errors.Is(err, fs.ErrPermission) {
		return &damage{reason: "this user may not read and write it"}
	}
	info, err := datafile.Identity(path)
	if err != nil {
		return err
	}
	if info.Size() > 0 && info.Size() < leastFile {
		return &damage{reason: "it is not a SQLite database"} // SQLite takes some for empty
	}
	db, err := sql.Open("sqlite", dsn(path, "ro"))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // it only read
	if _, err := schema.Identify(context.Background(), db); err != nil {
		return asDamage(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), checkTime)
	defer cancel()
	var answer string
	err = db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&answer)
	switch {
	case ctx.Err() != nil:
		return nil // nothing found so far
	case err != nil:
		return asDamage(err)
	case answer != "ok":
		return &damage{reason: "it is damaged"}
	}
	return nil
}

// openPath opens the journal at path for writing, creating it when it is
// missing. A damaged one is moved aside first, and named by moved with the
// reason in why; both are set even when the fresh one cannot be opened.
// wal and told are as of openStore; doubt is damage that is known already, or nil.
func openPath(path string, wal int64, told upgrading, doubt error) (s *store, moved, why string, err error) {
	for {
		made, err := datafile.Make(path)
		if err != nil {
			return nil, moved, why, err
		}
		if made {
			datafile.DropCompanions(path)
		}
		err = doubt
		if err == nil {
			err = inspect(path)
		}
		if err == nil {
			s, err = openStore(path, wal, told)
		}
		var bad *damage
		if !errors.As(asDamage(err), &bad) || moved != "" {
			return s, moved, why, err
		}
		doubt = nil
		if moved, err = datafile.MoveAside(path, time.Now()); err != nil {
			return nil, "", "", fmt.Errorf("%s, and it cannot be moved aside: %w", bad.reason, err)
		}
		why = bad.reason
	}
}
