package ruling

import (
	"net/netip"
	"sync"
	"time"

	"sekisho/hostname"
	"sekisho/journal"
)

const (
	// visitWindow joins what one client does at one host into one incident.
	visitWindow = 5 * time.Minute
	// maxIncidents bounds what is kept in memory; older ones are read from
	// the journal, and can no longer be released.
	maxIncidents = 4096
)

// Incident is one client's visit to one held host, as long as a decision on
// it may come.
type Incident struct {
	ID      string
	At      Where
	Why     Ruling
	Began   time.Time
	EventID int64 // the journal's number of its latest event; 0 before there is one
	// Appealed is set once the visitor said why the warning is wrong.
	Appealed bool
	// Token must come back with the decision, so that only the page that
	// showed it can send it. It is good for one: see [Incidents.Use].
	Token string
	used  bool
}

type incidentKey struct {
	client netip.Addr
	name   hostname.Name
	kind   Kind
}

// Incidents remembers recent incidents, oldest first out. It is safe for concurrent use.
type Incidents struct {
	name func(client netip.Addr, host string) string

	mu     sync.Mutex
	byID   map[string]*Incident
	recent map[incidentKey]*Incident
	order  []*Incident // ring of maxIncidents
	next   int
}

// NewIncidents has none. name gives one that begins its ID: that of the questions which
// led there, if the resolver recorded some. See [journal.Journal.Stopped].
func NewIncidents(name func(netip.Addr, string) string) *Incidents {
	return &Incidents{name: name, byID: map[string]*Incident{}, recent: map[incidentKey]*Incident{}, order: make([]*Incident, maxIncidents)}
}

// Of returns the incident that a ruling belongs to, and whether it began just now. An
// incident shows the latest ruling of its kind.
func (is *Incidents) Of(at Where, why Ruling) (inc Incident, fresh bool) {
	key := incidentKey{at.Client, at.Host, why.Kind()}
	now := time.Now()
	is.mu.Lock()
	defer is.mu.Unlock()
	if old := is.recent[key]; old != nil && now.Sub(old.Began) < visitWindow {
		// What happened before the last thing was stopped is not undone by it.
		why.Sent, why.Maybe, why.Shown, why.Entered, why.ID = why.Sent || old.Why.Sent, why.Maybe || old.Why.Maybe, why.Shown || old.Why.Shown, why.Entered || old.Why.Entered, why.ID || old.Why.ID
		old.Why = why
		if old.used { // to go on again takes another decision
			old.Token, old.used = journal.NewIncident(), false
		}
		return *old, false
	}
	n := &Incident{
		ID: is.name(at.Client, at.Host.String()), Token: journal.NewIncident(),
		At: at, Why: why, Began: now,
	}
	if out := is.order[is.next]; out != nil {
		delete(is.byID, out.ID)
		k := incidentKey{out.At.Client, out.At.Host, out.Why.Kind()}
		if is.recent[k] == out {
			delete(is.recent, k)
		}
	}
	is.order[is.next] = n
	is.next = (is.next + 1) % len(is.order)
	is.byID[n.ID], is.recent[key] = n, n
	return *n, true
}

// Recorded keeps the journal's number of an incident's latest event.
func (is *Incidents) Recorded(id string, eventID int64) {
	is.mu.Lock()
	defer is.mu.Unlock()
	if inc := is.byID[id]; inc != nil {
		inc.EventID = eventID
	}
}

// Get returns the incident of that ID, if it is remembered.
func (is *Incidents) Get(id string) (Incident, bool) {
	is.mu.Lock()
	defer is.mu.Unlock()
	if inc := is.byID[id]; inc != nil {
		return *inc, true
	}
	return Incident{}, false
}

// Use marks the token of an incident as one by which a person went on, and reports
// whether it was not before.
func (is *Incidents) Use(id, token string) bool {
	is.mu.Lock()
	defer is.mu.Unlock()
	inc := is.byID[id]
	if inc == nil || inc.used || inc.Token != token {
		return false
	}
	inc.used = true
	return true
}

// Appeal marks an incident as appealed against, and reports whether it was not
// before.
func (is *Incidents) Appeal(id string) bool {
	is.mu.Lock()
	defer is.mu.Unlock()
	inc := is.byID[id]
	if inc == nil || inc.Appealed {
		return false
	}
	inc.Appealed = true
	return true
}

// AppealAgain lets an incident be appealed against after an appeal that was not kept.
func (is *Incidents) AppealAgain(id string) {
	is.mu.Lock()
	defer is.mu.Unlock()
	if inc := is.byID[id]; inc != nil {
		inc.Appealed = false
	}
}
