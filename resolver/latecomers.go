package resolver

import (
	"hash/maphash"
	"sync/atomic"
	"time"
)

const (
	// latecomerSlots bounds the names remembered whose lead did not come in
	// time; a power of two. latecomerFor is for how long they are.
	latecomerSlots = 1024
	latecomerFor   = 5 * time.Minute
)

// latecomers remember the names about which nobody told in time where they
// lead: to hold their answers back again would cost everybody's time and gain
// nothing. What their servers do is of no consequence for any other name. Like
// verdicts they are bounded, have no lock and are safe for concurrent use.
type latecomers struct {
	seed  maphash.Seed
	slots [latecomerSlots]atomic.Pointer[latecomer]
}

type latecomer struct {
	name  string // in wire form and lower case
	until time.Time
}

func newLatecomers() *latecomers { return &latecomers{seed: maphash.MakeSeed()} }

func (l *latecomers) slot(name string) *atomic.Pointer[latecomer] {
	return &l.slots[maphash.String(l.seed, name)%latecomerSlots]
}

// add notes that name was late.
func (l *latecomers) add(name string, now time.Time) {
	l.slot(name).Store(&latecomer{name, now.Add(latecomerFor)})
}

// has reports whether name was late.
func (l *latecomers) has(name string, now time.Time) bool {
	n := l.slot(name).Load()
	return n != nil && n.name == name && now.Before(n.until)
}

// remove forgets name, about which there is word now.
func (l *latecomers) remove(name string) {
	slot := l.slot(name)
	if n := slot.Load(); n != nil && n.name == name {
		slot.CompareAndSwap(n, nil)
	}
}
