package journal

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// maxOpen is how far OpenIncidents counts: beyond it, nobody needs the figure.
const maxOpen = 1000

// OpenCount is how many incidents wait for a decision, by severity, and how many
// of them have a visitor who asked for another look. Each is at most 1,000,
// which is to be read as "or more".
type OpenCount struct{ Red, Amber, Appeals int }

// OpenIncidents counts the incidents that began since then and that nobody has
// decided.
func (r *Reader) OpenIncidents(ctx context.Context, since time.Time) (n OpenCount, err error) {
	err = r.view(ctx, func(_ *source, tx *sql.Tx) error {
		for _, count := range []struct {
			f    IncidentFilter
			into *int
		}{
			{IncidentFilter{Severity: SeverityRed}, &n.Red},
			{IncidentFilter{Severity: SeverityAmber}, &n.Amber},
			{IncidentFilter{Appealed: true}, &n.Appeals},
		} {
			count.f.State, count.f.Since = StateOpen, since
			q := count.f.query()
			p, err := count.f.plan(ctx, tx, &q)
			if err != nil {
				return err
			}
			if len(p.branches) == 0 {
				continue
			}
			ids, err := between(ctx, tx, span{1, maxID}, q.since, q.until)
			if err != nil {
				return err
			}
			err = tx.QueryRowContext(ctx, fmt.Sprintf("SELECT count(*) FROM (%s)", p.query("m.id", incidentRows, descending)),
				p.args(ids, budget, maxOpen)...).Scan(count.into)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return OpenCount{}, r.wrap(ctx, err)
	}
	return n, nil
}
