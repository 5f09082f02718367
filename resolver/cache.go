package resolver

import (
	"container/list"
	"sync"
	"time"
)

const (
	// cacheBytes bounds the answers kept, by estimate.
	cacheBytes = 16 << 20
	// maxStale is how long an answer may outlive its TTL when there is no
	// better one (RFC 8767, section 5, allows days; addresses move faster).
	maxStale = time.Hour
	// A failed question is not asked again for failFirst, and for twice that
	// after each further failure up to failMost (RFC 9520, section 3.2).
	failFirst = time.Second
	failMost  = 5 * time.Second
	// maxFailures bounds the failures remembered.
	maxFailures = 4096
)

// A cache keeps answers until their bytes exceed its limit, the longest unused
// going first. It is safe for concurrent use.
type cache struct {
	limit int

	mu       sync.Mutex
	bytes    int
	items    map[string]*list.Element
	used     list.List // of *item, latest first
	failures map[string]setback
}

type item struct {
	key   string
	entry *entry
	size  int
}

// A setback is a failure that is remembered.
type setback struct {
	until  time.Time
	pause  time.Duration
	remark remark
}

func newCache(limit int) *cache {
	return &cache{limit: limit, items: make(map[string]*list.Element), failures: make(map[string]setback)}
}

// get returns the entry for key, fresh or not, or nil.
func (c *cache) get(key []byte, now time.Time) *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	el, ok := c.items[string(key)]
	if !ok {
		return nil
	}
	it := el.Value.(*item)
	if it.entry.age(now) > it.entry.ttl+maxStale {
		c.remove(el)
		return nil
	}
	c.used.MoveToFront(el)
	return it.entry
}

// put stores e unless it must not be kept, and forgets that key failed.
func (c *cache) put(key string, e *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.failures, key)
	if el, ok := c.items[key]; ok {
		c.remove(el)
	}
	it := &item{key: key, entry: e, size: e.size(len(key))}
	if e.ttl <= 0 || it.size > c.limit/16 {
		return
	}
	c.items[key] = c.used.PushFront(it)
	c.bytes += it.size
	for c.bytes > c.limit {
		c.remove(c.used.Back())
	}
}

func (c *cache) remove(el *list.Element) {
	it := c.used.Remove(el).(*item)
	delete(c.items, it.key)
	c.bytes -= it.size
}

// fail remembers that key could not be resolved.
func (c *cache) fail(key string, r remark, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	pause := failFirst
	if old, ok := c.failures[key]; ok && now.Sub(old.until) < failMost {
		pause = min(2*old.pause, failMost)
	} else if len(c.failures) >= maxFailures && !ok {
		for k := range c.failures { // any will do: each lasts seconds
			delete(c.failures, k)
			break
		}
	}
	c.failures[key] = setback{until: now.Add(pause), pause: pause, remark: r}
}

// failed reports whether key failed a moment ago, and why.
func (c *cache) failed(key []byte, now time.Time) (remark, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, ok := c.failures[string(key)]
	if !ok || now.After(f.until) {
		return remark{}, false
	}
	return f.remark, true
}

// clear empties the cache.
func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used.Init()
	clear(c.items)
	clear(c.failures)
	c.bytes = 0
}
