package journal

import (
	"net/netip"
	"sync"
	"time"
)

const (
	// visitFor is how long what happens between a client and a host is one visit,
	// from its beginning on.
	visitFor = 5 * time.Minute
	// maxVisits bounds the visits that are remembered. A visit that is forgotten
	// becomes a second incident.
	maxVisits = 8192
)

// visits knows those under way, so that what several doors see of one is one
// incident. It is memory alone.
type visits struct {
	mu       sync.Mutex
	underWay map[visitKey]*visit
}

type visitKey struct {
	client netip.Addr
	host   string
}

// visit is one that began a moment ago.
type visit struct {
	incident string
	began    time.Time
	// stopped says that the incident has something that was held back, about which a
	// person decides. Something of another kind is another incident.
	stopped bool
}

// Asked returns the incident of a client's question for a host: that of the visit
// which is under way, whichever door it came to first, or else of one that begins. host
// is a name as events have it.
func (j *Journal) Asked(client netip.Addr, host string) (incident string) {
	return j.visits.of(visitKey{client.Unmap(), host}, false)
}

// Stopped returns the incident of something that was held back between a client and a
// host and begins one for whoever calls: the incident of the questions that led there,
// unless that has something held back already.
func (j *Journal) Stopped(client netip.Addr, host string) (incident string) {
	return j.visits.of(visitKey{client.Unmap(), host}, true)
}

func (vs *visits) of(key visitKey, stopped bool) string {
	now := time.Now()
	vs.mu.Lock()
	defer vs.mu.Unlock()
	if v := vs.underWay[key]; v != nil && now.Sub(v.began) < visitFor && !(stopped && v.stopped) {
		v.stopped = v.stopped || stopped
		return v.incident
	}
	vs.makeRoom(now)
	v := &visit{incident: NewIncident(), began: now, stopped: stopped}
	vs.underWay[key] = v
	return v.incident
}

// makeRoom forgets visits that are over. When there are too many even so, half of them
// go, so that a flood does not look through all of them each time.
func (vs *visits) makeRoom(now time.Time) {
	if vs.underWay == nil {
		vs.underWay = map[visitKey]*visit{}
	}
	if len(vs.underWay) < maxVisits {
		return
	}
	for k, v := range vs.underWay {
		if now.Sub(v.began) >= visitFor {
			delete(vs.underWay, k)
		}
	}
	for k := range vs.underWay {
		if len(vs.underWay) <= maxVisits/2 {
			return
		}
		delete(vs.underWay, k)
	}
}
