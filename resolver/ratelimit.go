package resolver

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"
)

const (
	// A client that opens a page of a hundred hosts asks a few hundred questions
	// within a second, and a busy one some ten a second for hours.
	bucketSize = 400 // questions
	bucketRate = 100 // questions a second
	// bucketSlots bounds the clients that are told apart at once.
	bucketSlots = 4096
	// bucketShards is how many locks they share.
	bucketShards = 64
)

// buckets hold, for each network that one customer has, how many questions it
// may ask by datagram at the moment. Whoever exceeds that is sent to TCP, where
// an address cannot be forged: so a flood in the name of another harms neither
// him nor us, and he still gets his answers. Two clients may meet in one slot;
// the later one then begins anew. It is safe for concurrent use.
type buckets struct {
	seed   maphash.Seed
	shards [bucketShards]struct {
		mu    sync.Mutex
		slots [bucketSlots / bucketShards]bucket
	}
}

type bucket struct {
	owner netip.Addr
	level float64
	at    time.Time
}

func newBuckets() *buckets { return &buckets{seed: maphash.MakeSeed()} }

// take takes a question from the bucket of owner, as account returns it, and
// reports whether there was one. Nobody's bucket is never empty.
func (b *buckets) take(owner netip.Addr, now time.Time) bool {
	if !owner.IsValid() {
		return true
	}
	h := maphash.Comparable(b.seed, owner)
	sh := &b.shards[h%bucketShards]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	u := &sh.slots[h/bucketShards%uint64(len(sh.slots))]
	if u.owner != owner {
		*u = bucket{owner: owner, level: bucketSize, at: now}
	}
	u.level = min(bucketSize, u.level+bucketRate*max(0, now.Sub(u.at)).Seconds())
	u.at = now
	if u.level < 1 {
		return false
	}
	u.level--
	return true
}
