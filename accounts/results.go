package accounts

import (
	"sync"
	"time"
)

const (
	// keepHit spares a page's retries a second run, and is short because the name
	// of a password is kept in memory for as long. What was found to be none is a
	// session, a product, a word, which a shop sends with every request.
	keepHit     = 5 * time.Minute
	keepResults = time.Hour
	maxResults  = 64 << 10 // about 8 MiB
)

// resultName stands for a password and a verifier. It is keyed with a secret of
// this process, so that memory written to a disk tells nothing on its own.
type resultName [16]byte

// results remembers recent comparisons. The salt is part of a name, so a verifier
// that was replaced leaves nothing to forget.
type results struct {
	key [32]byte

	mu    sync.Mutex
	known map[resultName]result
	order []resultName // as they were put; the first ends first
}

type result struct {
	hit bool
	end time.Time
}

func newResults() *results {
	return &results{key: random32(), known: map[resultName]result{}}
}

func (r *results) name(v verifier, guess []byte) resultName {
	return resultName(keyed(r.key[:], "result", v.Salt, v.Tag, guess)[:len(resultName{})])
}

func (r *results) get(n resultName) (hit, known bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	found, ok := r.known[n]
	if !ok || !time.Now().Before(found.end) {
		return false, false
	}
	return found.hit, true
}

func (r *results) put(n resultName, hit bool) {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.order) > 0 && (len(r.order) >= maxResults || !now.Before(r.known[r.order[0]].end)) {
		delete(r.known, r.order[0])
		r.order = r.order[1:]
	}
	keep := keepResults
	if hit {
		keep = keepHit
	}
	if _, again := r.known[n]; !again {
		r.order = append(r.order, n)
	}
	r.known[n] = result{hit, now.Add(keep)}
}
