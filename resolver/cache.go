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
	// better one: a night without upstreams (RFC 8767, section 5, recommends
	// one to three days; addresses move faster).
	maxStale = 24 * time.Hour
	// A failed question is not asked again for failFirst, and for twice that
	// after each further failure up to failMost (RFC 9520, section 3.2).
	failFirst = time.Second
	failMost  = 5 * time.Second
	// maxFailures bounds the failures remembered.
	maxFailures = 4096
)

// A cache keeps answers, by name, until their bytes exceed its limit; the name
// that was longest not asked for goes first. It is safe for concurrent use.
type cache struct {
	limit int
	news  *news

	mu       sync.Mutex
	bytes    int
	names    map[string]*list.Element // by lower-case wire name
	used     list.List                // of *cachedName, latest first
	failures failures
}

// found is what the cache has for a question. The zero value is nothing.
type found struct {
	// entry is the answer, fresh or not, or nil.
	entry *entry
	// way is where the name is known to lead, whatever type is asked for.
	way *way
	// settled tells that what entry points to has been looked into, so that it
	// may be answered with.
	settled bool
}

func newCache(limit int) *cache {
	return &cache{limit: limit, news: newNews(), names: make(map[string]*list.Element), failures: make(failures)}
}

// get returns what there is for key.
func (c *cache) get(key []byte, now time.Time) found {
	name := len(key) - keyTail
	c.mu.Lock()
	defer c.mu.Unlock()
	el, ok := c.names[string(key[:name])]
	if !ok {
		return found{}
	}
	cn := el.Value.(*cachedName)
	it := cn.find(key[name:])
	if it == nil || it.entry.ttl <= 0 {
		return found{way: cn.way}
	}
	if it.entry.age(now) > it.entry.ttl+maxStale {
		c.resize(cn, func() { cn.drop(it) })
		return found{way: cn.way}
	}
	c.used.MoveToFront(el)
	return found{entry: it.entry, way: cn.way, settled: it.settled}
}

// way returns where name, in lower case and wire form, is known to lead. What is known is
// kept for as long as it is looked up.
func (c *cache) way(name string) *way {
	c.mu.Lock()
	defer c.mu.Unlock()
	el, ok := c.names[name]
	if !ok {
		return nil
	}
	w := el.Value.(*cachedName).way
	if w != nil {
		c.used.MoveToFront(el)
	}
	return w
}

// put stores e unless it must not be kept, and forgets that key failed. An
// answer that holds for no time at all is kept for where it leads to.
func (c *cache) put(key string, e *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.failures, key)
	name, tail := key[:len(key)-keyTail], key[len(key)-keyTail:]
	it := item{entry: e, settled: len(e.targets) == 0, size: e.size(keyTail)}
	copy(it.tail[:], tail)
	keep := (e.ttl > 0 || len(e.hops) > 0) && it.size <= c.limit/16
	el, ok := c.names[name]
	switch {
	case !ok && !keep:
		return
	case !ok:
		el = c.used.PushFront(&cachedName{name: name})
		c.names[name] = el
		c.bytes += el.Value.(*cachedName).size()
	}
	cn := el.Value.(*cachedName)
	c.resize(cn, func() {
		if old := cn.find(it.tail[:]); old != nil {
			cn.drop(old)
		}
		if keep {
			cn.add(it, c.limit/8)
		}
		cn.hear(it.qtype(), e.stored)
	})
	c.used.MoveToFront(el)
	for c.bytes > c.limit {
		c.remove(c.used.Back())
	}
}

// settle notes that the targets of key's answer have been looked into.
func (c *cache) settle(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.names[key[:len(key)-keyTail]]; ok {
		if it := el.Value.(*cachedName).find([]byte(key[len(key)-keyTail:])); it != nil {
			it.settled = true
		}
	}
}

// forget drops all that is known about name.
func (c *cache) forget(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.names[name]; ok {
		c.remove(el)
	}
}

// resize runs change, which may alter what cn takes up and says, and removes cn if it
// is empty then.
func (c *cache) resize(cn *cachedName, change func()) {
	before := cn.size()
	change()
	c.bytes += cn.size() - before
	if cn.update() {
		c.news.of(cn.name)
	}
	if len(cn.items) == 0 {
		c.remove(c.names[cn.name])
	}
}

func (c *cache) remove(el *list.Element) {
	cn := c.used.Remove(el).(*cachedName)
	delete(c.names, cn.name)
	c.bytes -= cn.size()
	if cn.way != nil {
		c.news.of(cn.name)
	}
}

// elapse makes all that is kept older by d: so long the clock that ages go by stood
// still, while the machine slept. Entries are others' too, and are not changed.
func (c *cache) elapse(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, el := range c.names {
		cn := el.Value.(*cachedName)
		c.resize(cn, func() { cn.elapse(d) })
	}
}

// clear empties the cache.
func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used.Init()
	clear(c.names)
	clear(c.failures)
	c.bytes = 0
}

// fail remembers that key could not be resolved.
func (c *cache) fail(key string, r remark, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failures.add(key, r, now)
}

// forgive forgets what could not be resolved.
func (c *cache) forgive() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.failures)
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

// A setback is a failure that is remembered.
type setback struct {
	until  time.Time
	pause  time.Duration
	remark remark
}

// failures are the setbacks by key.
type failures map[string]setback

func (f failures) add(key string, r remark, now time.Time) {
	pause := failFirst
	if old, ok := f[key]; ok && now.Sub(old.until) < failMost {
		pause = min(2*old.pause, failMost)
	} else if len(f) >= maxFailures && !ok {
		for k := range f { // any will do: each lasts seconds
			delete(f, k)
			break
		}
	}
	f[key] = setback{until: now.Add(pause), pause: pause, remark: r}
}
