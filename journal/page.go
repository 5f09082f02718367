package journal

import (
	"context"
	"time"
)

// Page is one page of events, newest first.
type Page struct {
	Events []Event
	// Next is the cursor of the page after this one, "" when there is none.
	// Searching stops after a bounded amount of work: a page may have fewer
	// events than the limit, even none, and be followed by another.
	Next string
	// Since and Until are the range that the first page froze, for permanent
	// links; zero is open.
	Since, Until time.Time
}

// Search returns the newest events that match f, at most f.Limit (default
// pageLimit, at most maxPageLimit). cursor is "" or Page.Next of a call with
// the same filter, whose time range it carries: that of f no longer counts.
// Errors: ErrCursor for a cursor that is none or is of another filter.
func (r *Reader) Search(ctx context.Context, f Filter, cursor string) (Page, error) {
	return Page{}, errUnbuilt
}
