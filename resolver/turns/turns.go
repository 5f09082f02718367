// Package turns has the events of DNS questions take turns at the journal, by client, so
// that the flood of one holds up its own answers only.
//
// So many are recorded at once as the journal writes together. Those beyond wait until
// others are through, or until their time is up; what there is no room for is refused, of
// whoever has most waiting. Recording, answering and refusing are the caller's.
package turns

import (
	"container/list"
	"net/netip"
	"sync"
	"time"
)

const (
	// maxUnder is how many events the journal is given at once: what it writes
	// with one transaction, and half of what it has room for, as the proxy has
	// events too.
	maxUnder = 512
	// eachUnder is how many of them are one client's, so that what another
	// asks meanwhile goes with the next transaction.
	eachUnder = 128
	// maxHeld bounds the answers that wait until their events have a turn.
	maxHeld = 8192
	// EachHeld is how many of them are one client's, however many connections it
	// has. This machine is exempt: many may ask through it.
	EachHeld = 512
)

// An Event is one to be recorded, which an answer may wait for.
type Event struct {
	// Client is on whose account it is: a network, or an address of this machine.
	Client netip.Addr
	// Until is when it is refused if it waits still.
	Until time.Time
	// Record is for the caller: it records the event and answers. Refuse answers that
	// there was no room, or no time; of what waits too long it is called by the queue, on
	// a goroutine of its own.
	Record, Refuse func()

	el    *list.Element // among those of its client, while it waits
	timer *time.Timer
}

// clientEvents are those of one client that are being recorded or wait for that.
type clientEvents struct {
	client netip.Addr
	under  int
	held   list.List     // of *Event, the oldest first
	turn   *list.Element // in Queue.turns
}

// A Queue is the events under way to the journal, and those that wait
// because so many are: in turns by client, so that the flood of one holds up its
// own answers only. Nothing is answered unrecorded for it. It is safe for concurrent use.
type Queue struct {
	mu      sync.Mutex
	under   int
	held    int
	clients map[netip.Addr]*clientEvents
	turns   list.List // of *clientEvents with something to be recorded that may be, the next first
}

// New returns an empty queue.
func New() *Queue { return &Queue{clients: make(map[netip.Addr]*clientEvents)} }

// Enter takes e, which was in no queue before, in. With now it is to be recorded by the caller, who calls Leave
// after that; without ok there is no room for it. out, if it is not nil, is to be
// refused in its place.
func (q *Queue) Enter(e *Event) (now, ok bool, out *Event) {
	q.mu.Lock()
	defer q.mu.Unlock()
	c := q.clients[e.Client]
	if c == nil {
		c = &clientEvents{client: e.Client}
		q.clients[e.Client] = c
	}
	switch {
	case q.under < maxUnder && c.under < eachUnder && c.held.Len() == 0:
		q.under++
		c.under++
		return true, true, nil
	case !e.Client.IsLoopback() && c.held.Len() >= EachHeld:
		return false, false, nil
	case q.held >= maxHeld:
		most := q.most()
		if most.held.Len() <= c.held.Len()+1 {
			q.forget(c)
			return false, false, nil
		}
		out = most.held.Back().Value.(*Event)
		q.take(most, out)
	}
	q.held++
	e.el = c.held.PushBack(e)
	e.timer = time.AfterFunc(time.Until(e.Until), func() { q.expire(e) })
	q.queue(c)
	return false, true, out
}

// Leave notes that e was recorded, and returns what is to be next, or nil.
func (q *Queue) Leave(e *Event) *Event {
	q.mu.Lock()
	defer q.mu.Unlock()
	c := q.clients[e.Client]
	q.under--
	c.under--
	q.queue(c)
	q.forget(c)
	first := q.turns.Front()
	if first == nil || q.under >= maxUnder {
		return nil
	}
	c = first.Value.(*clientEvents)
	next := c.held.Front().Value.(*Event)
	q.turns.Remove(c.turn)
	c.turn = nil
	q.under++
	c.under++
	q.take(c, next)
	q.queue(c)
	return next
}

// expire refuses e if it waits still.
func (q *Queue) expire(e *Event) {
	q.mu.Lock()
	waits := e.el != nil
	if waits {
		q.take(q.clients[e.Client], e)
	}
	q.mu.Unlock()
	if waits {
		e.Refuse()
	}
}

// take takes e, which waits, out of what c holds. q.mu is held.
func (q *Queue) take(c *clientEvents, e *Event) {
	e.timer.Stop()
	c.held.Remove(e.el)
	e.el = nil
	q.held--
	if c.held.Len() == 0 && c.turn != nil {
		q.turns.Remove(c.turn)
		c.turn = nil
	}
	q.forget(c)
}

// queue gives c a turn if it needs and may have one. q.mu is held.
func (q *Queue) queue(c *clientEvents) {
	if c.turn == nil && c.held.Len() > 0 && c.under < eachUnder {
		c.turn = q.turns.PushBack(c)
	}
}

// most is the client that holds most. q.mu is held.
func (q *Queue) most() (m *clientEvents) {
	for _, c := range q.clients {
		if m == nil || c.held.Len() > m.held.Len() {
			m = c
		}
	}
	return m
}

// forget drops c if there is nothing of it any more. q.mu is held.
func (q *Queue) forget(c *clientEvents) {
	if c.under == 0 && c.held.Len() == 0 {
		delete(q.clients, c.client)
	}
}
