package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"sync"
	"time"
)

const (
	// pageSize is how many events are read in one transaction and held in
	// memory. A transaction ends before the caller sees the page, so that a
	// slow caller does not keep the write-ahead log from being reset.
	pageSize = 500
	// followEvery is how often a follower looks for new events: at once to a
	// person, and one B-tree descent a time.
	followEvery = 200 * time.Millisecond
)

// Reader reads a journal without changing it, also while another process
// writes it and after that process crashed. It opens the file anew when it was
// replaced. Its methods are safe for concurrent use.
type Reader struct {
	path string

	mu     sync.Mutex
	src    *source
	closed bool
}

// OpenReader opens the journal at path. Errors: ErrNoJournal when there is
// none, or nothing was recorded in it yet; ErrNewer; and what is wrong with a
// file that is no journal. All name the path.
func OpenReader(path string) (*Reader, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	r := &Reader{path: path}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.open(); err != nil {
		return nil, fmt.Errorf("open journal %q: %w", path, err)
	}
	return r, nil
}

// open opens the file that is at the path now, and closes the one before.
func (r *Reader) open() error {
	src, err := openSource(r.path)
	if err != nil {
		return err
	}
	if r.src != nil {
		_ = r.src.db.Close() // waits for queries under way
	}
	r.src = src
	return nil
}

// current returns the database at the path, reopened when the file is another
// one than before. While there is none, the one before remains.
func (r *Reader) current() (*source, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, ErrClosed
	}
	if !r.src.isAt(r.path) {
		if err := r.open(); err != nil && !errors.Is(err, ErrNoJournal) {
			return nil, err
		}
	}
	return r.src, nil
}

// Close ends all reading. Iterations that are under way end with ErrClosed.
func (r *Reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil
	}
	r.closed = true
	return r.src.db.Close()
}

// Events yields the events that match f and were committed by now, in
// ascending id and constant memory. An error, ctx's among them, is yielded
// last, with a zero Event.
func (r *Reader) Events(ctx context.Context, f Filter) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		q := f.query()
		to, err := r.lastID(ctx)
		if err == nil {
			_, err = r.walk(ctx, &q, to, yield)
		}
		if err != nil {
			yield(Event{}, r.wrap(ctx, err))
		}
	}
}

// Follow yields what Events yields and then goes on with new events as they
// are committed, until ctx ends, which is not an error. Limit bounds only the
// first part.
func (r *Reader) Follow(ctx context.Context, f Filter) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		q := f.query()
		tick := time.NewTicker(followEvery)
		defer tick.Stop()
		for first := true; ; first = false {
			if !first {
				q.unlimited()
				select {
				case <-tick.C:
				case <-ctx.Done():
					return
				}
			}
			to, err := r.lastID(ctx)
			more := true
			if err == nil && to > q.after {
				more, err = r.walk(ctx, &q, to, yield)
			}
			if ctx.Err() != nil || !more {
				return
			}
			if err != nil {
				yield(Event{}, r.wrap(ctx, err))
				return
			}
			q.after = max(q.after, to)
		}
	}
}

// Newest returns the id of the newest event, 0 when there is none.
func (r *Reader) Newest(ctx context.Context) (int64, error) {
	id, err := r.lastID(ctx)
	if err != nil {
		return 0, r.wrap(ctx, err)
	}
	return id, nil
}

// lastID returns the highest id committed.
func (r *Reader) lastID(ctx context.Context) (id int64, err error) {
	src, err := r.current()
	if err != nil {
		return 0, err
	}
	err = src.db.QueryRowContext(ctx, "SELECT coalesce(max(id), 0) FROM events").Scan(&id)
	return id, err
}

// walk yields the events of q up to the id to. It reports whether the caller
// wants more.
func (r *Reader) walk(ctx context.Context, q *query, to int64, yield func(Event, error) bool) (bool, error) {
	for {
		page, done, err := r.page(ctx, q, to)
		if err != nil {
			return true, err
		}
		for i := range page {
			if !yield(page[i], nil) {
				return false, nil
			}
		}
		if done {
			return true, nil
		}
		if err := ctx.Err(); err != nil {
			return true, err
		}
	}
}

// page reads the next events of q in one transaction and moves q on. done says
// that there are no more.
func (r *Reader) page(ctx context.Context, q *query, to int64) (page []Event, done bool, err error) {
	err = r.view(ctx, func(src *source, tx *sql.Tx) error {
		var rows []row
		if rows, done, err = q.rows(ctx, tx, to); err == nil {
			page, err = src.events(ctx, tx, rows)
		}
		return err
	})
	return page, done, err
}

// view runs f in a transaction that reads.
func (r *Reader) view(ctx context.Context, f func(*source, *sql.Tx) error) error {
	src, err := r.current()
	if err != nil {
		return err
	}
	tx, err := src.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // it changed nothing
	return f(src, tx)
}

// wrap says what was being done. Being interrupted has many errors.
func (r *Reader) wrap(ctx context.Context, err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case r.closed:
		err = ErrClosed
	case errors.As(asDamage(err), new(*damage)):
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return fmt.Errorf("read journal %q: %w", r.path, err)
}
