package resolver

import "time"

const (
	// An answer that was given prefetchAfter times is asked for anew in the
	// last prefetchPart of its time, so that nobody waits when it ends.
	prefetchAfter = 3
	prefetchPart  = 10
)

// prefetch asks for the answer e to q anew if it is due and popular. Whoever
// asks meanwhile is given e.
func (s *Server) prefetch(q *query, set *settings, g *group, e *entry, now time.Time) {
	if e.hits.Add(1) < prefetchAfter || e.ttl-e.age(now) > e.ttl/prefetchPart || e.renewed.Swap(true) {
		return
	}
	l := lookup{qtype: q.qtype, do: q.do, cd: q.cd, group: g, settings: set}
	s.fetch(now, q.key(), e, l, waiter{told: func(landing) {}})
}
