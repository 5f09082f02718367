package journal

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

const (
	// defaultPage and maxPage are how many events or incidents a page has when
	// nothing is said, and at most.
	defaultPage = 50
	maxPage     = 500
)

// Page is one page of events, newest first.
type Page struct {
	Events []Event
	// Next is the cursor of the page after this one, "" when there is none. A
	// search ends after a bounded amount of work: a page may have fewer events
	// than the limit, even none, and be followed by another.
	Next string
	// Since and Until are the time range that counted, for permanent links;
	// zero is open.
	Since, Until time.Time
}

// Search returns the newest events that match f, at most f.Limit (500 at most,
// 50 when it is not positive); f.After is their lower end. cursor is "" or
// [Page.Next] of a search for the same: it carries the time range of the first
// page, and that of f no longer counts, so that "the last 24 hours" stay what
// they were while pages are turned. What was recorded since then does not
// appear and does not shift the pages.
//
// Errors: those that wrap ErrCursor say what is wrong with cursor.
func (r *Reader) Search(ctx context.Context, f Filter, cursor string) (Page, error) {
	q := f.query()
	print := q.fingerprint()
	before := int64(maxID) + 1
	c, err := resume(cursor, listEvents, print)
	if err != nil {
		return Page{}, fmt.Errorf("search events: %w", err)
	}
	if c != nil {
		before, q.since, q.until = c.before, c.since, c.until
	}
	var (
		page    Page
		reached int64
	)
	err = r.view(ctx, func(src *source, tx *sql.Tx) error {
		var rows []row
		if rows, reached, err = q.back(ctx, tx, before, pageLimit(f.Limit)); err == nil {
			page.Events, err = src.events(ctx, tx, rows)
		}
		return err
	})
	if err != nil {
		return Page{}, r.wrap(ctx, err)
	}
	if reached > 1 {
		page.Next = position{listEvents, reached, print, q.since, q.until}.String()
	}
	page.Since, page.Until = fromMillisOr(q.since), fromMillisOr(q.until)
	return page, nil
}

// back reads at most n rows with ids below before, from the newest on. reached
// is where it ended, 0 when there are no more.
func (q *query) back(ctx context.Context, tx *sql.Tx, before int64, n int) (rows []row, reached int64, err error) {
	p, err := q.plan(ctx, tx)
	if len(p.branches) == 0 || err != nil {
		return nil, 0, err
	}
	ids, err := between(ctx, tx, span{q.after + 1, min(before-1, q.upTo)}, q.since, q.until)
	if err != nil {
		return nil, 0, err
	}
	return p.rows(ctx, tx, descending, ids, n)
}

// fingerprint of everything but the time range, the last id and the size of pages: a
// cursor is before the last id of its first page.
func (q *query) fingerprint() uint64 {
	parts := []string{q.incident, q.text, fmt.Sprint(q.after, q.exercise, q.noExercise)}
	for _, w := range q.words {
		parts = append(parts, columns[w.kind], w.text)
	}
	return fingerprint(parts...)
}

// pageLimit is how many of a list a page has, when so many are asked for.
func pageLimit(limit int) int {
	if limit <= 0 {
		return defaultPage
	}
	return min(limit, maxPage)
}

// fromMillisOr is the zero time for an open end.
func fromMillisOr(ms *int64) time.Time {
	if ms == nil {
		return time.Time{}
	}
	return fromMillis(*ms)
}
