package journal

import (
	"context"
	"slices"
	"time"

	"sekisho/journal/trigram"
)

// maxApart bounds the names below a host that were decided about by themselves and
// are looked at for it.
const maxApart = 200

// hostsFrom returns the numbers of host and of the names below it.
func (s *store) hostsFrom(ctx context.Context, host string) ([]int64, error) {
	below, err := trigram.Below(ctx, s.conn, host, maxBelow)
	if err != nil {
		return nil, err
	}
	exact, err := numbers(ctx, s.conn, "SELECT id FROM words WHERE kind = ? AND text = ?", kindHost, host)
	return append(exact, below...), err
}

// exempt leaves out the names about which something else was decided, which goes on.
func (o *others) exempt(ctx context.Context, s *store) error {
	names, err := column[string](ctx, s.conn, `SELECT host FROM exceptions x WHERE kind <> ?1 AND substr(host, -length(?2) - 1) = '.' || ?2 AND (until IS NULL OR until > ?3)
		AND NOT EXISTS (SELECT 1 FROM exceptions p WHERE p.host = x.host AND p.kind < x.kind AND (p.until IS NULL OR p.until > ?3)) LIMIT ?4`,
		o.x.Kind, o.x.Host, toMillis(time.Now()), maxApart)
	if err != nil {
		return err
	}
	apart := map[int64]bool{}
	for _, name := range names {
		ids, err := s.hostsFrom(ctx, name)
		if err != nil {
			return err
		}
		for _, id := range ids {
			apart[id] = true
		}
	}
	o.hosts = slices.DeleteFunc(o.hosts, func(id int64) bool { return apart[id] })
	return nil
}
