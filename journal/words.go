package journal

import (
	"context"
	"database/sql"
	"errors"
)

// Kinds of words, as stored. Only append.
const (
	kindDoor = iota + 1
	kindClient
	kindDevice
	kindHost
	kindAction
	kindSeverity
	kindGround
	kindTechnique
	kindTarget
	kindAccount
)

// wordCacheSize bounds the words kept in memory, by the writer and by each
// reader: about 2 MB of host names.
const wordCacheSize = 16384

type wordKey struct {
	kind int
	text string
}

// dictionary turns strings into the numbers of the table words. It belongs to
// the writer's goroutine.
type dictionary struct {
	find, add, findClass, addClass *sql.Stmt

	known   map[wordKey]int64
	classes map[class]int64
	devices map[int64]int64  // the device that a client was last known by
	hours   map[int64]*hour  // as the table has them
	heads   map[string]int64 // incidents
	// confirmed is by host; nil is not read yet.
	confirmed map[string]confirmation
}

// newDictionary prepares its statements with prepare, whose owner closes them.
func newDictionary(prepare func(query string) (*sql.Stmt, error)) (d *dictionary, err error) {
	d = &dictionary{}
	d.forget()
	if d.find, err = prepare("SELECT id FROM words WHERE kind = ? AND text = ?"); err != nil {
		return nil, err
	}
	if d.add, err = prepare("INSERT INTO words (kind, text) VALUES (?, ?) RETURNING id"); err != nil {
		return nil, err
	}
	d.findClass, err = prepare("SELECT id FROM classes WHERE door = ? AND action = ? AND severity = ? AND ground = ? AND technique = ? AND account = ?")
	if err != nil {
		return nil, err
	}
	d.addClass, err = prepare("INSERT INTO classes (door, action, severity, ground, technique, account, rank) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id")
	return d, err
}

// forget empties the cache: after a rollback, which takes back words that were
// added, and after retention deleted some.
func (d *dictionary) forget() {
	d.known, d.classes = make(map[wordKey]int64), make(map[class]int64)
	d.devices, d.hours, d.heads = make(map[int64]int64), make(map[int64]*hour), make(map[string]int64)
	d.confirmed = nil
}

// number returns the number of text, adding it when it is new. The empty
// string is NULL.
func (d *dictionary) number(ctx context.Context, kind int, text string) (any, error) {
	if text == "" {
		return nil, nil
	}
	key := wordKey{kind, text}
	if id, ok := d.known[key]; ok {
		return id, nil
	}
	var id int64
	err := d.find.QueryRowContext(ctx, kind, text).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		err = d.add.QueryRowContext(ctx, kind, text).Scan(&id)
	}
	if err != nil {
		return nil, err
	}
	if len(d.known) >= wordCacheSize {
		clear(d.known)
	}
	d.known[key] = id
	return id, nil
}
