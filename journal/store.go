package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"sekisho/journal/datafile"
	"sekisho/journal/schema"
)

const (
	// busyTimeout, in milliseconds, is how long a commit waits for somebody
	// else's lock. Readers never hold one that matters; a second is for tools
	// such as a backup, and short enough that a block page is not given up.
	busyTimeout = 1000
	// walSize is how large the write-ahead log becomes, in bytes, before it is
	// copied into the file: small, so that the copying, which a commit pays
	// for, stays short. It is cut back to twice that if a reader made it grow.
	walSize = 2 << 20
	// filePage is SQLite's default page size, in bytes.
	filePage = 4096
)

// errMoved says that the file at the journal's path is no longer the one that
// is open.
var errMoved = errors.New("the file was moved or deleted")

// store is the writing connection. It belongs to the writer's goroutine.
// Everything runs on context.Background: a write that began is finished.
type store struct {
	path                                    string
	db                                      *sql.DB
	conn                                    *sql.Conn
	words                                   *dictionary
	insert, findHour, putHour, seen         *sql.Stmt
	findIncident, openIncident, addIncident *sql.Stmt
	stmts                                   []*sql.Stmt // all of them: one left open keeps SQLite from closing the file
	info                                    os.FileInfo // the file that is open
	size                                    int64       // of the file and its log, after the last write
	last                                    int64       // highest id ever stored, when it was opened
	newest                                  time.Time   // time of the newest event then
	unsure                                  bool        // a commit may have failed and got through
}

// dsn names the database file at path for the driver. Whatever a path may
// contain is escaped, a question mark above all.
func dsn(path, mode string) string {
	p := filepath.ToSlash(path)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // file:///C:/…
	}
	u := url.URL{Scheme: "file", Path: p}
	return fmt.Sprintf("%s?mode=%s&_error_rc=1&_pragma=busy_timeout(%d)", u.String(), mode, busyTimeout)
}

// setup makes a connection fit to write: see https://sqlite.org/pragma.html.
// auto_vacuum comes first. Once the file has a page it has no effect but a write, so
// that a file which cannot be written, as on a read-only file system, is not opened:
// its -shm would stay read-only for this process while anybody has it open.
// fullfsync matters on macOS, where fsync alone leaves data in the drive.
var setup = []string{
	"PRAGMA auto_vacuum = INCREMENTAL",
	"PRAGMA journal_mode = WAL",
	"PRAGMA synchronous = FULL",
	"PRAGMA fullfsync = 1",
	"PRAGMA checkpoint_fullfsync = 1",
	"PRAGMA trusted_schema = 0",
	"PRAGMA cell_size_check = 1",
}

// openStore opens the existing file at path for writing and brings its schema
// up to date, of which told hears. wal is the size its log is to
// have, in bytes.
func openStore(path string, wal int64, told upgrading) (*store, error) {
	s := &store{path: path, unsure: true}
	if err := s.open(context.Background(), wal, told); err != nil {
		_ = s.close() // nothing was written
		return nil, err
	}
	return s, nil
}

func (s *store) open(ctx context.Context, wal int64, told upgrading) (err error) {
	if s.info, err = datafile.Identity(s.path); err != nil {
		return err
	}
	if s.db, err = sql.Open("sqlite", dsn(s.path, "rw")); err != nil {
		return err
	}
	s.db.SetMaxOpenConns(1)
	if s.conn, err = s.db.Conn(ctx); err != nil {
		return err
	}
	version, err := schema.Identify(ctx, s.conn)
	if err != nil {
		return err
	}
	pragmas := append(slices.Clone(setup),
		fmt.Sprintf("PRAGMA wal_autocheckpoint = %d", wal/filePage), fmt.Sprintf("PRAGMA journal_size_limit = %d", 2*wal))
	for _, pragma := range pragmas {
		if _, err := s.conn.ExecContext(ctx, pragma); err != nil {
			return fmt.Errorf("%s: %w", pragma, err)
		}
	}
	if err := s.upgrade(ctx, version, told); err != nil {
		return err
	}
	return s.prepare(ctx)
}

// prepare readies the statements, and reads the highest id.
func (s *store) prepare(ctx context.Context) (err error) {
	statement := func(query string) (*sql.Stmt, error) {
		st, err := s.conn.PrepareContext(ctx, query)
		if err == nil {
			s.stmts = append(s.stmts, st)
		}
		return st, err
	}
	if s.words, err = newDictionary(statement); err != nil {
		return err
	}
	for _, st := range []struct {
		into  **sql.Stmt
		query string
	}{
		{&s.insert, `INSERT INTO events
			(id, time, class, client, device, host, target, score, detail, signs, fields, sent, incident, name, certificate, observed)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (name) WHERE name IS NOT NULL DO NOTHING`},
		{&s.findHour, findHour},
		{&s.putHour, putHour},
		{&s.seen, addSeen},
		{&s.findIncident, findIncident},
		{&s.openIncident, openIncident},
		{&s.addIncident, addToIncident},
	} {
		if *st.into, err = statement(st.query); err != nil {
			return err
		}
	}
	var newest sql.NullInt64
	err = s.conn.QueryRowContext(ctx, `SELECT max((SELECT last FROM ids), coalesce((SELECT max(id) FROM events), 0)),
		(SELECT time FROM events ORDER BY id DESC LIMIT 1)`).Scan(&s.last, &newest)
	if newest.Valid {
		s.newest = fromMillis(newest.Int64)
	}
	return err
}

// transact runs f in a transaction that begins with the write lock.
func (s *store) transact(f func(context.Context) error) error {
	ctx := context.Background()
	if _, err := s.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := f(ctx)
	if err == nil {
		_, err = s.conn.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		_, _ = s.conn.ExecContext(ctx, "ROLLBACK") // fails when SQLite rolled back by itself
		s.words.forget()
	}
	return err
}

// intact reports errMoved when the file or its log was replaced or removed,
// and notes their size. On Windows an open database cannot be removed.
func (s *store) intact() error {
	info, err := os.Stat(s.path)
	if err != nil || !os.SameFile(info, s.info) {
		return errMoved
	}
	wal, err := os.Stat(s.path + "-wal")
	if err != nil {
		return errMoved
	}
	s.size = info.Size() + wal.Size()
	return nil
}

// close ends the connection. What is in the log goes into the file first, also
// when readers keep SQLite from doing that itself, or when the log was deleted.
func (s *store) close() error {
	var errs []error
	for _, st := range s.stmts {
		errs = append(errs, st.Close())
	}
	if s.conn != nil {
		ctx := context.Background()
		_ = s.checkpoint(ctx) // the log stays valid without it
		errs = append(errs, s.conn.Close())
	}
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	return errors.Join(errs...)
}

// upgrading is [Options.Upgrading].
type upgrading func(events int64) (over func(error))

// upgrade brings the schema up to date from a version. told may be nil.
func (s *store) upgrade(ctx context.Context, version int, told upgrading) error {
	if _, err := schema.Current(ctx, s.conn); told == nil || !errors.Is(err, schema.ErrOlder) {
		return schema.Migrate(ctx, s.conn, version)
	}
	var events int64 // by their ids: to count them takes long itself
	err := s.conn.QueryRowContext(ctx, "SELECT coalesce((SELECT max(id) FROM events) - (SELECT min(id) FROM events) + 1, 0)").Scan(&events)
	if err != nil {
		return err
	}
	over := told(events)
	err = schema.Migrate(ctx, s.conn, version)
	over(err)
	return err
}
