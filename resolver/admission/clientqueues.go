package admission

import (
	"container/list"
	"net/netip"
)

// keptQueues is how many are kept although there is nothing in some, so that
// not every exchange makes one.
const keptQueues = 16

// A clientQueue is what one client has in a limiter.
type clientQueue struct {
	client   netip.Addr
	inFlight int
	waiters  list.List // of *Permit, the latest first
}

// clientQueues are the clients with something in flight or waiting at a limiter, or not long
// ago, under whose lock they are. Whoever has fewest in flight is let in next: a client that asks
// for names about which nothing is to be had holds up itself.
type clientQueues struct {
	byClient map[netip.Addr]*clientQueue
	number   uint64 // of the latest permit that came
	waiting  int    // permits that wait
}

// An end of a queue.
type end bool

const (
	waitedLongest end = false
	cameLast      end = true
)

// waiting returns who waits in q at end e.
func (q *clientQueue) waiting(e end) *Permit {
	if e == cameLast {
		return q.waiters.Front().Value.(*Permit)
	}
	return q.waiters.Back().Value.(*Permit)
}

// of returns the queue of client.
func (qs *clientQueues) of(client netip.Addr) *clientQueue {
	q := qs.byClient[client]
	if q == nil {
		if qs.byClient == nil {
			qs.byClient = make(map[netip.Addr]*clientQueue)
		}
		q = &clientQueue{client: client}
		qs.byClient[client] = q
	}
	return q
}

func (qs *clientQueues) queue(p *Permit) {
	qs.number++
	qs.waiting++
	p.number = qs.number
	p.queue = qs.of(p.client)
	p.queued = p.queue.waiters.PushFront(p)
}

func (qs *clientQueues) place(p *Permit) {
	p.queue = qs.of(p.client)
	p.queue.inFlight++
}

func (qs *clientQueues) remove(p *Permit) {
	q := p.queue
	switch {
	case q == nil: // it was aside, or has left
		return
	case p.queued != nil:
		q.waiters.Remove(p.queued)
		qs.waiting--
	default:
		q.inFlight--
	}
	p.queue, p.queued = nil, nil
	if q.inFlight == 0 && q.waiters.Len() == 0 && len(qs.byClient) > keptQueues {
		delete(qs.byClient, q.client)
	}
}

// least returns the queue with fewest in flight of those in which somebody waits; of
// several the one with whoever among them is at end e. There must be one.
func (qs *clientQueues) least(e end) (best *clientQueue) {
	for _, q := range qs.byClient {
		if q.waiters.Len() == 0 {
			continue
		}
		switch {
		case best == nil, q.inFlight < best.inFlight:
			best = q
		case q.inFlight == best.inFlight && q.waiting(e).number > best.waiting(e).number == bool(e):
			best = q
		}
	}
	return best
}

// greediest returns the oldest in flight of the clients that have no less than their
// share: where few come in turns with many, it is theirs that waited in vain.
// l.mu is held.
func (l *Limiter) greediest() *Permit {
	share := l.inFlight.Len() / l.clients.crowded()
	for el := l.inFlight.Front(); el != nil; el = el.Next() {
		if p := el.Value.(*Permit); p.queue.inFlight >= share {
			return p
		}
	}
	return oldest(&l.inFlight)
}

func oldest(of *list.List) *Permit { return of.Front().Value.(*Permit) }

// crowded is how many clients have something in flight.
func (qs *clientQueues) crowded() (n int) {
	for _, q := range qs.byClient {
		if q.inFlight > 0 {
			n++
		}
	}
	return n
}
