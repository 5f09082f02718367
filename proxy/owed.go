package proxy

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"sekisho/dossier"
	"sekisho/hostname"
	"sekisho/proxy/recent"
)

const (
	// owedFor is how long a warning that a script could not show waits for the
	// tab's next page.
	owedFor = 10 * time.Minute
	// ledFor is the same for a page of another site that the refused page leads to: a link
	// that its visitor follows later is none of its doing.
	ledFor = 30 * time.Second
	// againFor is for how long after it was shown a page that is open still, and leads on,
	// leads to it: a refused page may have opened a window for it that nobody sees.
	againFor = 10 * time.Second
	// maxOwed bounds them. Each stands for a page that would only be shown a step
	// earlier than the site's own ruling.
	maxOwed = 4096
)

// owed are warnings that somebody has to see yet, because what was held back
// was a script's request.
type owed struct {
	n     atomic.Int32 // how many, so that nobody waits for mu when there are none
	mu    sync.Mutex
	debts *recent.Map[owedKey, debt]
}

type owedKey struct {
	client netip.Addr
	site   string
}

type debt struct {
	incident            string
	host                hostname.Name // that was sent to, which may be another site's
	severity, technique string
	since, shown        time.Time // zero: not yet
}

// over reports whether nobody is to see the warning any more.
func (d *debt) over(now time.Time) bool {
	return now.Sub(d.since) >= owedFor || !d.shown.IsZero() && now.Sub(d.shown) >= againFor
}

func newOwed() *owed { return &owed{debts: recent.New[owedKey, debt](maxOwed)} }

func (o *owed) add(client netip.Addr, n hostname.Name, d debt) {
	d.since = time.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.debts.Put(owedKey{client, dossier.SiteOf(n)}, d)
	o.n.Store(int32(o.debts.Len()))
}

// take returns the warning that client is to see at n, or when it comes from there, if it
// waits no longer than within, and notes that it was shown. led says that a page of the site
// leads there, which is what the warning comes in the place of.
func (o *owed) take(client netip.Addr, n hostname.Name, within time.Duration, led bool) (d debt, ok bool) {
	if n.IsZero() || !o.waits() {
		return debt{}, false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	o.sweep(now)
	key := owedKey{client, dossier.SiteOf(n)}
	d, ok = o.debts.Get(key)
	if !ok || now.Sub(d.since) >= within || !d.shown.IsZero() && !led {
		return debt{}, false
	}
	if d.shown.IsZero() {
		d.shown = now
		o.debts.Put(key, d)
	}
	return d, true
}

// sweep forgets what is over. There are few, and as long as there are any, pages take longer
// to open.
func (o *owed) sweep(now time.Time) {
	var over []owedKey
	for k, d := range o.debts.All() {
		if d.over(now) {
			over = append(over, k)
		}
	}
	for _, k := range over {
		o.debts.Delete(k)
	}
	o.n.Store(int32(o.debts.Len()))
}

// settle forgets the warning of client at n.
func (o *owed) settle(client netip.Addr, n hostname.Name) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.debts.Delete(owedKey{client, dossier.SiteOf(n)})
	o.n.Store(int32(o.debts.Len()))
}

// has reports whether take would return a warning.
func (o *owed) has(client netip.Addr, n hostname.Name, within time.Duration) bool {
	if n.IsZero() {
		return false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	d, ok := o.debts.Get(owedKey{client, dossier.SiteOf(n)})
	now := time.Now()
	return ok && !d.over(now) && now.Sub(d.since) < within
}

// waits reports whether a warning waits for anybody.
func (o *owed) waits() bool { return o.n.Load() > 0 }
