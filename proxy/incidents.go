package proxy

import (
	"net/netip"
	"sync"
	"time"

	"sekisho/hostname"
	"sekisho/journal"
	"sekisho/proxy/ruling"
)

const (
	// visitWindow joins what one client does at one host into one incident.
	visitWindow = 5 * time.Minute
	// maxIncidents bounds what is kept in memory; older ones are read from
	// the journal, and can no longer be released.
	maxIncidents = 4096
)

// incident is one client's visit to one held host, as long as a decision on
// it may come.
type incident struct {
	id      string
	client  netip.Addr
	target  target
	scheme  string
	why     ruling.Ruling
	began   time.Time
	eventID int64
	// appealed is set once the visitor said why the warning is wrong.
	appealed bool
	// token must come back with the decision, so that only the page that
	// showed it can send it.
	token string
}

// where is whose visit it is, and where to.
func (i *incident) where() ruling.Where {
	return ruling.Where{Client: i.client, Host: i.target.name, Drill: i.target.drill()}
}

type incidentKey struct {
	client netip.Addr
	name   hostname.Name
	kind   ruling.Kind
}

// incidents remembers recent incidents, oldest first out.
type incidents struct {
	// name gives one that begins its id: that of the questions which led there, if
	// the resolver recorded some. See [journal.Journal.Stopped].
	name func(client netip.Addr, host string) string

	mu     sync.Mutex
	byID   map[string]*incident
	recent map[incidentKey]*incident
	order  []*incident // ring of maxIncidents
	next   int
}

func newIncidents(name func(netip.Addr, string) string) *incidents {
	return &incidents{name: name, byID: map[string]*incident{}, recent: map[incidentKey]*incident{}, order: make([]*incident, maxIncidents)}
}

// of returns the incident that v belongs to, and whether it began just now. An
// incident shows the latest ruling of its kind.
func (is *incidents) of(v *visit, why ruling.Ruling) (inc incident, fresh bool) {
	key := incidentKey{v.client, v.target.name, why.Kind()}
	now := time.Now()
	is.mu.Lock()
	defer is.mu.Unlock()
	if old := is.recent[key]; old != nil && now.Sub(old.began) < visitWindow {
		// What happened before the last thing was stopped is not undone by it.
		why.Sent, why.Maybe, why.Shown = why.Sent || old.why.Sent, why.Maybe || old.why.Maybe, why.Shown || old.why.Shown
		old.why = why
		return *old, false
	}
	n := &incident{
		id: is.name(v.client, v.target.name.String()), token: journal.NewIncident(),
		client: v.client, target: v.target, scheme: v.scheme, why: why, began: now,
	}
	if out := is.order[is.next]; out != nil {
		delete(is.byID, out.id)
		k := incidentKey{out.client, out.target.name, out.why.Kind()}
		if is.recent[k] == out {
			delete(is.recent, k)
		}
	}
	is.order[is.next] = n
	is.next = (is.next + 1) % len(is.order)
	is.byID[n.id], is.recent[key] = n, n
	return *n, true
}

// recorded keeps the journal's number of an incident's latest event.
func (is *incidents) recorded(id string, eventID int64) {
	is.mu.Lock()
	defer is.mu.Unlock()
	if inc := is.byID[id]; inc != nil {
		inc.eventID = eventID
	}
}

func (is *incidents) get(id string) (incident, bool) {
	is.mu.Lock()
	defer is.mu.Unlock()
	if inc := is.byID[id]; inc != nil {
		return *inc, true
	}
	return incident{}, false
}

// appeal marks an incident as appealed against, and reports whether it was not
// before.
func (is *incidents) appeal(id string) bool {
	is.mu.Lock()
	defer is.mu.Unlock()
	inc := is.byID[id]
	if inc == nil || inc.appealed {
		return false
	}
	inc.appealed = true
	return true
}

// appealAgain lets an incident be appealed against after an appeal that was not kept.
func (is *incidents) appealAgain(id string) {
	is.mu.Lock()
	defer is.mu.Unlock()
	if inc := is.byID[id]; inc != nil {
		inc.appealed = false
	}
}
