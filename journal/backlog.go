package journal

import (
	"slices"
	"sync"
)

// backlogSize bounds the events kept in memory while the disk fails. With
// maxEventSize it takes 40 MB at the very worst, and about 2 MB of ordinary
// events: an hour of a busy office.
const backlogSize = 4096

// backlog keeps events that have an id but could not be written, oldest first.
// It is safe for concurrent use: the writer fills and drains it, Incident
// looks into it.
type backlog struct {
	mu     sync.Mutex
	events []Event
}

// add appends events and returns those that had to go to make room, which are
// the oldest.
func (b *backlog) add(events []Event) (dropped []Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events = append(b.events, events...)
	if over := len(b.events) - backlogSize; over > 0 {
		dropped = slices.Clone(b.events[:over])
		b.events = slices.Delete(b.events, 0, over)
	}
	return dropped
}

// oldest returns a copy of at most n events from the front.
func (b *backlog) oldest(n int) []Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.events[:min(n, len(b.events))])
}

// written removes n events from the front, and the memory with the last one.
func (b *backlog) written(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events = slices.Delete(b.events, 0, n)
	if len(b.events) == 0 {
		b.events = nil
	}
}

func (b *backlog) len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.events)
}

// incident returns the waiting events of one incident.
func (b *backlog) incident(id string) []Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	var found []Event
	for _, e := range b.events {
		if e.Incident == id {
			found = append(found, e)
		}
	}
	return found
}
