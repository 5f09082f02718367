package journal

import (
	"context"
	"database/sql"
	"slices"

	"sekisho/journal/datafile"
	"sekisho/journal/schema"
)

// A legacy is what a fresh journal takes over from the damaged one in whose place it is:
// what people decided, and what they call clients. Both go on counting, and nobody would
// think of entering them again.
type legacy struct {
	exceptions []Exception
	names      []ClientName
}

// salvage reads the legacy of the file at path, as far as damage lets it and within
// checkTime. It does not change the file.
func salvage(path string) (l legacy) {
	if datafile.Size(path) < leastFile {
		return l // SQLite would take it for empty, and delete its log
	}
	db, err := sql.Open("sqlite", dsn(path, "ro"))
	if err != nil {
		return l
	}
	defer func() { _ = db.Close() }() // it only read
	ctx, cancel := context.WithTimeout(context.Background(), checkTime)
	defer cancel()
	if empty, err := schema.Current(ctx, db); empty || err != nil {
		return l // what another program wrote is nobody's decision
	}
	// What was read before an error is sound.
	l.exceptions, _ = readExceptions(ctx, db, "true")
	l.exceptions = slices.DeleteFunc(l.exceptions, func(x Exception) bool {
		return x.Host == "" || x.Kind != ExceptionAllow && x.Kind != ExceptionBlock
	})
	l.names, _ = readNames(ctx, db)
	// A damaged tree of pages may lead in a circle.
	l.exceptions = l.exceptions[:min(len(l.exceptions), maxExceptions)]
	l.names = l.names[:min(len(l.names), maxNames)]
	return l
}

// inherit stores a legacy beside what is there.
func (s *store) inherit(l legacy) error {
	if len(l.exceptions)+len(l.names) == 0 {
		return nil
	}
	return s.transact(func(ctx context.Context) error {
		for _, x := range l.exceptions {
			x = x.clean()
			_, err := s.conn.ExecContext(ctx, "INSERT OR IGNORE INTO exceptions (host, kind, reason, author, incident, decision, added, until, renewed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
				x.Host, x.Kind, text(x.Reason), text(x.By), text(x.Incident), text(x.Decision), toMillis(x.Added), millisOr(x.Until), millisOr(x.Renewed))
			if err != nil {
				return err
			}
		}
		for _, n := range l.names {
			_, err := s.conn.ExecContext(ctx, "INSERT OR IGNORE INTO names (client, name, kind, author, changed) VALUES (?, ?, ?, ?, ?)",
				cleanText(n.Client, maxClient), cleanText(n.Name, maxLabel), cleanText(n.Kind, maxWord), text(cleanText(n.By, maxLabel)), toMillis(n.Changed))
			if err != nil {
				return err
			}
		}
		return nil
	})
}
