package journal

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"sync"

	"sekisho/journal/datafile"
	"sekisho/journal/schema"
)

// source is one opened file, with a cache of its words and classes.
type source struct {
	db        *sql.DB
	info, wal os.FileInfo // the file and its log; wal is nil when there was none
	frozen    bool        // nothing could be written when it was opened
	alone     bool        // read without a log, and without seeing what is written

	mu      sync.Mutex
	words   map[int64]string
	classes map[int64]class
}

// openSource opens the file that is at path now.
func openSource(path string) (*source, error) {
	info, err := datafile.Identity(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoJournal
	}
	if err != nil {
		return nil, err
	}
	frozen := datafile.Accessible(path) != nil
	db, err := openDB(path, "")
	alone := noShared(err) && !hasLog(path)
	if alone {
		// Nobody is writing the journal there, so that SQLite's -shm is not needed.
		db, err = openDB(path, "&immutable=1")
	}
	if err != nil {
		return nil, asDamage(err)
	}
	if frozen {
		// Connections that have a -shm which cannot be written share it with the writer of
		// this process for as long as one is open: it could not write when it may again.
		db.SetMaxIdleConns(0)
	}
	return &source{db: db, info: info, wal: statLog(path), frozen: frozen, alone: alone, words: make(map[int64]string), classes: make(map[int64]class)}, nil
}

// maxReaders bounds the connections of one reader, each with SQLite's cache of
// 2 MB: what more pages are asked for at once waits.
const maxReaders = 8

// openDB opens the journal at path for reading, and sees whether it is one.
func openDB(path, more string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn(path, "ro")+more+"&_pragma=query_only(1)&_pragma=trusted_schema(0)&_pragma=cell_size_check(1)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(maxReaders)
	empty, err := schema.Current(context.Background(), db)
	if empty {
		err = ErrNoJournal
	}
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

// hasLog reports whether there is anything in the journal's write-ahead log.
func hasLog(path string) bool {
	info, err := os.Stat(path + "-wal")
	return err == nil && info.Size() > 0
}

// statLog describes the journal's write-ahead log, nil when there is none.
func statLog(path string) os.FileInfo {
	wal, err := datafile.Identity(path + "-wal")
	if err != nil {
		return nil
	}
	return wal
}

// isAt reports whether the files at path are still those that are open. A log
// that was deleted and made anew no longer belongs to the one that is open, nor does
// what was opened while nothing could be written once something can be.
func (s *source) isAt(path string) bool {
	if s.frozen && datafile.Accessible(path) == nil {
		return false
	}
	info, err := os.Stat(path)
	if err != nil {
		return true // there is nothing better
	}
	if s.alone && (hasLog(path) || !info.ModTime().Equal(s.info.ModTime())) {
		return false
	}
	wal := statLog(path)
	return os.SameFile(info, s.info) && (wal == nil) == (s.wal == nil) && (wal == nil || os.SameFile(wal, s.wal))
}

// word returns the text of a word; a number without one gives "".
func (s *source) word(ctx context.Context, tx *sql.Tx, id int64) (string, error) {
	s.mu.Lock()
	text, ok := s.words[id]
	s.mu.Unlock()
	if ok {
		return text, nil
	}
	err := tx.QueryRowContext(ctx, "SELECT text FROM words WHERE id = ?", id).Scan(&text)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.words) >= wordCacheSize {
		clear(s.words)
	}
	s.words[id] = text
	return text, nil
}
