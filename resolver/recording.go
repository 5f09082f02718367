package resolver

import (
	"container/list"
	"net/netip"
	"sync"
	"time"
)

const (
	// maxRecording is how many events the journal is given at once: what it writes
	// with one transaction, and half of what it has room for, as the proxy has
	// events too.
	maxRecording = 512
	// eachRecording is how many of them are one client's, so that what another
	// asks meanwhile goes with the next transaction.
	eachRecording = 128
	// maxHeld bounds the answers that wait until their events have a turn.
	maxHeld = 8192
	// eachHeld is how many of them are one client's, however many connections it
	// has. This machine is exempt, as it is from maxMisses.
	eachHeld = 512
)

// A pendingEvent is one to be recorded, which an answer may wait for.
type pendingEvent struct {
	// client is on whose account it is: a network, or an address of this machine.
	client netip.Addr
	until  time.Time
	// record records it and answers; refuse answers that there was no room, or
	// no time.
	record, refuse func()

	el    *list.Element // among those of its client, while it waits
	timer *time.Timer
}

// clientEvents are those of one client that are being recorded or wait for that.
type clientEvents struct {
	client netip.Addr
	under  int
	held   list.List     // of *pendingEvent, the oldest first
	turn   *list.Element // in recordings.turns
}

// recordings are the events under way to the journal, and those that wait
// because so many are: in turns by client, so that the flood of one holds up its
// own answers only. Nothing is answered unrecorded for it. It is safe for concurrent use.
type recordings struct {
	mu      sync.Mutex
	under   int
	held    int
	clients map[netip.Addr]*clientEvents
	turns   list.List // of *clientEvents with something to be recorded that may be, the next first
}

func newRecordings() *recordings { return &recordings{clients: make(map[netip.Addr]*clientEvents)} }

// enter takes h in. With now it is to be recorded by the caller, who calls leave
// after that; without ok there is no room for it. out, if it is not nil, is to be
// refused in its place.
func (r *recordings) enter(h *pendingEvent) (now, ok bool, out *pendingEvent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.clients[h.client]
	if c == nil {
		c = &clientEvents{client: h.client}
		r.clients[h.client] = c
	}
	switch {
	case r.under < maxRecording && c.under < eachRecording && c.held.Len() == 0:
		r.under++
		c.under++
		return true, true, nil
	case !h.client.IsLoopback() && c.held.Len() >= eachHeld:
		return false, false, nil
	case r.held >= maxHeld:
		most := r.most()
		if most.held.Len() <= c.held.Len()+1 {
			r.forget(c)
			return false, false, nil
		}
		out = most.held.Back().Value.(*pendingEvent)
		r.take(most, out)
	}
	r.held++
	h.el = c.held.PushBack(h)
	h.timer = time.AfterFunc(time.Until(h.until), func() { r.expire(h) })
	r.queue(c)
	return false, true, out
}

// leave notes that h was recorded, and returns what is to be next, or nil.
func (r *recordings) leave(h *pendingEvent) *pendingEvent {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.clients[h.client]
	r.under--
	c.under--
	r.queue(c)
	r.forget(c)
	first := r.turns.Front()
	if first == nil || r.under >= maxRecording {
		return nil
	}
	c = first.Value.(*clientEvents)
	next := c.held.Front().Value.(*pendingEvent)
	r.turns.Remove(c.turn)
	c.turn = nil
	r.under++
	c.under++
	r.take(c, next)
	r.queue(c)
	return next
}

// expire refuses h if it waits still.
func (r *recordings) expire(h *pendingEvent) {
	r.mu.Lock()
	waits := h.el != nil
	if waits {
		r.take(r.clients[h.client], h)
	}
	r.mu.Unlock()
	if waits {
		h.refuse()
	}
}

// take takes h, which waits, out of what c holds. r.mu is held.
func (r *recordings) take(c *clientEvents, h *pendingEvent) {
	h.timer.Stop()
	c.held.Remove(h.el)
	h.el = nil
	r.held--
	if c.held.Len() == 0 && c.turn != nil {
		r.turns.Remove(c.turn)
		c.turn = nil
	}
	r.forget(c)
}

// queue gives c a turn if it needs and may have one. r.mu is held.
func (r *recordings) queue(c *clientEvents) {
	if c.turn == nil && c.held.Len() > 0 && c.under < eachRecording {
		c.turn = r.turns.PushBack(c)
	}
}

// most is the client that holds most. r.mu is held.
func (r *recordings) most() (m *clientEvents) {
	for _, c := range r.clients {
		if m == nil || c.held.Len() > m.held.Len() {
			m = c
		}
	}
	return m
}

// forget drops c if there is nothing of it any more. r.mu is held.
func (r *recordings) forget(c *clientEvents) {
	if c.under == 0 && c.held.Len() == 0 {
		delete(r.clients, c.client)
	}
}
