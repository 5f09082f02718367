package journal

import (
	"context"
	"database/sql"
)

const (
	// mostCounted is how far a way's events are counted: some 5 ms.
	mostCounted = 30_000
	// mergeCost is how many branches cost as much again as reading an event: each
	// one is compared with its neighbours.
	mergeCost = 32
	// fewCounted is so few events that no other way is worth looking at.
	fewCounted = 500
)

// way is how the events of a query can be found.
type way struct {
	left     wanted // what is to be seen to in the events that are found
	branches []branch
	text     bool // whether the branches see to the text
}

// rarest returns the way that has least to look at, nil when there is none: several
// conditions hold for few events together, however many each one has.
func rarest(ctx context.Context, tx *sql.Tx, ways []way) (best *way, err error) {
	if len(ways) == 1 {
		return &ways[0], nil
	}
	least := 0
	for i := range ways {
		w := &ways[i]
		n := 0
		if len(w.branches) > 0 {
			p := plan{branches: w.branches}
			if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM ("+p.any()+" LIMIT ?3)", 0, int64(maxID), mostCounted).Scan(&n); err != nil {
				return nil, err
			}
		}
		if cost := n * (len(w.branches) + mergeCost); best == nil || cost < least {
			best, least = w, cost
		}
		if n <= fewCounted {
			break
		}
	}
	return best, nil
}
