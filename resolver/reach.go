package resolver

import (
	"slices"
	"time"

	"sekisho/hostname"
	"sekisho/rules"
)

const (
	// maxReach bounds the names, those above included, that are looked up for one
	// judgement: more than twice as many as the longest way that is answered can have.
	maxReach = 2 * maxFollow * 128
	// maxLooks bounds those that these are seen to lead to, each as often as it is met.
	maxLooks = 2 * maxReach
	// maxTrail bounds the names kept of the way to a blocked one: more than are recorded
	// or answered.
	maxTrail = 4 * maxFollow
)

// A reach finds out whether a name leads to a blocked one.
type reach struct {
	cache *cache
	// memo takes what is found, and what that depends on.
	memo *memo
	now  time.Time
	// private names count by what they say themselves.
	private bool
	steps   []step
	// seen holds the names looked up, met those led to.
	seen map[string]bool
	met  map[hostname.Name]bool
	// left is how many may still be looked up, looks how many be met.
	left, looks int
}

// A step is a name that is led to. The way there is that to the step at from in reach, and
// then part, itself included.
type step struct {
	wire string
	from int
	part []hostname.Name
	// until is when one of the answers on the way ceases to count; zero is never.
	until time.Time
	// own and outlived are those of a memo.
	own      bool
	outlived string
	by       uint16
}

// from looks at where hops lead, which the answer about wire has, and then at what is
// known of wire and the names above, and reports whether a blocked name is there.
func (r *reach) from(wire string, hops []hostname.Name) bool {
	start := step{wire: wire}
	if r.follow(start, -1, hops) || r.visit(-1, start) {
		return true
	}
	if len(r.steps) == 0 {
		return false
	}
	r.seen = make(map[string]bool)
	for off := 0; wire[off] != 0; off += int(wire[off]) + 1 {
		r.seen[wire[off:]] = true
	}
	for i := 0; i < len(r.steps); i++ {
		if r.visit(i, r.steps[i]) {
			return true
		}
	}
	return false
}

// exhausted reports whether there may be more than was looked at.
func (r *reach) exhausted() bool { return r.left <= 0 || r.looks <= 0 }

// visit follows what is known of st, which is at i, and the names above.
func (r *reach) visit(i int, st step) bool {
	for off := 0; st.wire[off] != 0 && r.left > 0; off += int(st.wire[off]) + 1 {
		name := st.wire[off:]
		if r.seen[name] { // and so are those above
			return false
		}
		if r.seen != nil {
			r.seen[name] = true
		}
		r.left--
		r.memo.dependOn(name, r.cache.news)
		w := r.cache.way(name)
		for _, c := range w.all() {
			if r.now.Before(c.last) && r.follow(st.along(c, name, r.seen == nil && off == 0, r.now), i, c.hops) {
				return true
			}
		}
		if r.private {
			return false
		}
	}
	return false
}

// along is st with c counted on, which is known of name.
func (st step) along(c chain, name string, own bool, now time.Time) step {
	if st.until.IsZero() || c.last.Before(st.until) {
		st.until = c.last
	}
	st.own = st.own || own
	if st.outlived == "" && now.After(c.until.Add(leadTTL)) { // some hold for no time
		st.outlived, st.by = name, c.service
	}
	return st
}

// follow looks whether one of hops is blocked, which st, at from, leads through, and queues
// them otherwise, each once. What genuine names lead to does not count.
func (r *reach) follow(st step, from int, hops []hostname.Name) bool {
	for i, hop := range hops {
		if r.looks <= 0 {
			return false
		}
		r.looks--
		if hop.IsZero() || r.met[hop] {
			continue
		}
		if r.met == nil {
			r.met = make(map[hostname.Name]bool)
		}
		r.met[hop] = true
		v, blocked := r.memo.blocks(hop)
		if blocked {
			r.memo.found(v, hop, r.trail(from, hops[:i]))
			r.memo.own, r.memo.outlived, r.memo.by = st.own, st.outlived, st.by
			if !st.until.IsZero() {
				r.memo.until = st.until
				if soon := r.now.Add(leadTTL); soon.Before(st.until) { // looked up, the names on the way stay in the cache
					r.memo.until = soon
				}
			}
			return true
		}
		if wire, err := wireName(hop.String()); err == nil && !r.private && v.Ground != rules.Genuine {
			st := st
			st.wire, st.from, st.part = string(wire), from, hops[:i+1]
			r.steps = append(r.steps, st)
		}
	}
	return false
}

// trail is the way to the step at from and on through part, or the end of it if it is long.
func (r *reach) trail(from int, part []hostname.Name) []hostname.Name {
	var parts [][]hostname.Name
	for room := maxTrail; len(part) > 0 || from >= 0; from, part = r.steps[from].from, r.steps[from].part {
		part = part[max(0, len(part)-room):]
		parts = append(parts, part)
		if room -= len(part); from < 0 || room == 0 {
			break
		}
	}
	slices.Reverse(parts)
	return slices.Concat(parts...)
}
