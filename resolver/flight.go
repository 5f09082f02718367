package resolver

import (
	"errors"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/miekg/dns"

	"sekisho/hostname"
)

const (
	// maxFlights bounds the questions under way to upstreams.
	maxFlights = 2048
	// maxWaiters bounds those who wait for them, so that a flood for one slow
	// name cannot fill the memory either.
	maxWaiters = 8192
	// maxMisses bounds the questions of one client that wait, so that it cannot
	// take up what is there for all. This machine is exempt: the proxy, or the
	// system's own stub, asks for many.
	maxMisses = 128
	// answerTime is when every query has its answer at the latest.
	answerTime = 4500 * time.Millisecond
	// lateness is what is kept of it for all that comes after the upstreams had
	// their time: hundreds of timers that are due at once on a slow machine,
	// writing an event, sending.
	lateness = 400 * time.Millisecond
	// flightTime is how long upstreams have.
	flightTime = answerTime - lateness
	// staleAfter is when an expired answer is given rather than none
	// (RFC 8767, section 5); at once if no upstream answers anyhow.
	staleAfter = 1800 * time.Millisecond
)

var (
	errBusy   = errors.New("too many queries are waiting")
	errRecent = errors.New("failed a moment ago")
	errClosed = errors.New("resolver is closed")
)

// A landing is what a question came to: an entry, perhaps stale, or none and
// the reason.
type landing struct {
	entry  *entry
	stale  bool
	remark remark
	err    error
}

// fallback is stale if there is any, and else the failure.
func fallback(stale *entry, r remark, err error) landing {
	if stale != nil {
		return landing{entry: stale, stale: true}
	}
	return landing{remark: r, err: err}
}

// busy is the remark for those who are turned away.
var busy = remark{dns.ExtendedErrorCodeNoReachableAuthority, "too many queries are waiting"}

// A waiter waits for a flight to land.
type waiter struct {
	// told is called once, from the goroutine of the flight, and must not
	// block.
	told func(landing)
	// raw waiters are told what the upstreams said, others what that leads to
	// as well.
	raw bool
	// client is on whose account this is; the zero value is nobody's.
	client netip.Addr
}

// A flight is a question under way, and who waits for it.
type flight struct {
	key     string
	waiters []waiter
	// room is for the first of them, which most are alone.
	room [1]waiter
	// stale is an expired answer to fall back to, or nil; late tells that it is
	// time to do so.
	stale *entry
	late  bool
	// landed is what raw waiters are told, once it is there, which announced tells.
	landed    landing
	announced bool
	// answered tells that all who wait are raw and were answered without it; then is
	// called when that happens.
	answered bool
	then     []func()
}

// flights holds the questions under way, each once.
type flights struct {
	mu      sync.Mutex
	byKey   map[string]*flight
	waiting int
	// misses are the waiters by client, leads those that are raw.
	misses, leads map[netip.Addr]int
}

func newFlights() flights {
	return flights{byKey: make(map[string]*flight), misses: make(map[netip.Addr]int), leads: make(map[netip.Addr]int)}
}

// join has w told when the answer for key is there. It returns the flight if
// the caller must start it, what to tell w if that is known already, and false
// if w will not be told: too much is under way, or this flight has been for too
// long.
func (f *flights) join(key []byte, stale *entry, w waiter) (start *flight, landed *landing, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fl, exists := f.byKey[string(key)]
	if f.waiting >= maxWaiters || !w.raw && f.full(w.client) || exists && fl.late {
		return nil, nil, false
	}
	if !exists {
		if len(f.byKey) >= maxFlights {
			return nil, nil, false
		}
		fl = &flight{key: string(key), stale: stale}
		fl.waiters = fl.room[:0]
		f.byKey[fl.key] = fl
		start = fl
	}
	if w.raw && fl.announced {
		return nil, &fl.landed, true
	}
	f.count(w, 1)
	fl.waiters = append(fl.waiters, w)
	return start, nil, true
}

func (f *flights) count(w waiter, n int) {
	f.waiting += n
	if !w.client.IsValid() {
		return
	}
	of := f.misses
	if w.raw {
		of = f.leads
	}
	if of[w.client] += n; of[w.client] == 0 {
		delete(of, w.client)
	}
}

// full reports whether client may ask nothing more for now. Where names lead is
// found out all the same for what was let in, so that to ask for much is no way
// past the verdict.
func (f *flights) full(client netip.Addr) bool {
	return f.misses[client] >= maxMisses || f.leads[client] >= maxMisses
}

// calm reports whether so little is under way that there may be more of it
// than was asked for.
func (f *flights) calm() bool { return f.underWay() < calmFlights }

// brisk reports whether there may be if nearly all is answered.
func (f *flights) brisk() bool { return f.underWay() < briskFlights }

func (f *flights) underWay() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.byKey)
}

// announce tells l to the raw waiters. If there are no others the flight ends,
// and it returns true.
func (f *flights) announce(fl *flight, l landing) (over bool) {
	f.mu.Lock()
	raw, others := fl.waiters, []waiter(nil)
	if slices.ContainsFunc(raw, func(w waiter) bool { return !w.raw }) {
		raw = nil
		for _, w := range fl.waiters {
			if w.raw {
				raw = append(raw, w)
			} else {
				others = append(others, w)
			}
		}
	}
	for _, w := range raw {
		f.count(w, -1)
	}
	fl.waiters, fl.landed, fl.announced = others, l, true
	if over = len(others) == 0; over {
		delete(f.byKey, fl.key)
	}
	f.mu.Unlock()
	for _, w := range raw {
		w.told(l)
	}
	return over
}

// release tells l to all who wait for fl, and with last ends the flight.
func (f *flights) release(fl *flight, l landing, last bool) {
	f.mu.Lock()
	waiters := fl.waiters
	fl.waiters = nil
	for _, w := range waiters {
		f.count(w, -1)
	}
	fl.late = true
	if last {
		delete(f.byKey, fl.key)
	}
	f.mu.Unlock()
	for _, w := range waiters {
		w.told(l)
	}
}

// account is the client whose misses are counted for addr: its network, or nobody
// for this machine.
func account(addr netip.Addr) netip.Addr {
	if addr.IsLoopback() {
		return netip.Addr{}
	}
	return hostname.Network(addr)
}
