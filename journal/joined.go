package journal

import (
	"net/netip"
	"sync"
	"time"
)

const (
	// joinedFor is how long what happens between a client and a host is one visit,
	// from its beginning on.
	joinedFor = 5 * time.Minute
	// maxJoined bounds the visits that are remembered. A visit that is forgotten
	// becomes a second incident.
	maxJoined = 8192
)

// joined knows the visits under way, so that what several doors see of one is one
// incident. It is memory alone.
type joined struct {
	mu     sync.Mutex
	visits map[visitKey]*underWay
}

type visitKey struct {
	client netip.Addr
	host   string
}

// underWay is a visit that began a moment ago.
type underWay struct {
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
	return j.joined.of(visitKey{client.Unmap(), host}, false)
}

// Stopped returns the incident of something that was held back between a client and a
// host and begins one for whoever calls: the incident of the questions that led there,
// unless that has something held back already.
func (j *Journal) Stopped(client netip.Addr, host string) (incident string) {
	return j.joined.of(visitKey{client.Unmap(), host}, true)
}

func (js *joined) of(key visitKey, stopped bool) string {
	now := time.Now()
	js.mu.Lock()
	defer js.mu.Unlock()
	if v := js.visits[key]; v != nil && now.Sub(v.began) < joinedFor && !(stopped && v.stopped) {
		v.stopped = v.stopped || stopped
		return v.incident
	}
	js.makeRoom(now)
	v := &underWay{incident: NewIncident(), began: now, stopped: stopped}
	js.visits[key] = v
	return v.incident
}

// makeRoom forgets visits that are over. When there are too many even so, half of them
// go, so that a flood does not look through all of them each time.
func (js *joined) makeRoom(now time.Time) {
	if js.visits == nil {
		js.visits = map[visitKey]*underWay{}
	}
	if len(js.visits) < maxJoined {
		return
	}
	for k, v := range js.visits {
		if now.Sub(v.began) >= joinedFor {
			delete(js.visits, k)
		}
	}
	for k := range js.visits {
		if len(js.visits) <= maxJoined/2 {
			return
		}
		delete(js.visits, k)
	}
}
