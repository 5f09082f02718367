package resolver

import (
	"container/list"
	"net/netip"
)

// keptLanes is how many lanes are kept although there is nothing in some, so that
// not every exchange makes one.
const keptLanes = 16

// A lane is what one client has in a turnstile.
type lane struct {
	client  netip.Addr
	inside  int
	outside list.List // of *pass, the latest first
}

// lanes are the clients with something inside or outside of a turnstile, or not long
// ago, under whose lock they are. Whoever has fewest inside is let in next: a client that asks
// for names about which nothing is to be had holds up itself.
type lanes struct {
	byClient map[netip.Addr]*lane
	number   uint64 // of the latest pass that came
	waiting  int    // passes outside
}

// An end of those who wait in a lane.
type end bool

const (
	waitedLongest end = false
	cameLast      end = true
)

// waiting returns who waits in l at end e.
func (l *lane) waiting(e end) *pass {
	if e == cameLast {
		return l.outside.Front().Value.(*pass)
	}
	return l.outside.Back().Value.(*pass)
}

// of returns the lane of client.
func (ls *lanes) of(client netip.Addr) *lane {
	l := ls.byClient[client]
	if l == nil {
		if ls.byClient == nil {
			ls.byClient = make(map[netip.Addr]*lane)
		}
		l = &lane{client: client}
		ls.byClient[client] = l
	}
	return l
}

func (ls *lanes) queue(p *pass) {
	ls.number++
	ls.waiting++
	p.number = ls.number
	p.lane = ls.of(p.client)
	p.queued = p.lane.outside.PushFront(p)
}

func (ls *lanes) place(p *pass) {
	p.lane = ls.of(p.client)
	p.lane.inside++
}

func (ls *lanes) remove(p *pass) {
	l := p.lane
	switch {
	case l == nil: // it was aside, or has left
		return
	case p.queued != nil:
		l.outside.Remove(p.queued)
		ls.waiting--
	default:
		l.inside--
	}
	p.lane, p.queued = nil, nil
	if l.inside == 0 && l.outside.Len() == 0 && len(ls.byClient) > keptLanes {
		delete(ls.byClient, l.client)
	}
}

// least returns the lane with fewest inside of those in which somebody waits; of
// several the one with whoever among them is at end e. There must be one.
func (ls *lanes) least(e end) (best *lane) {
	for _, l := range ls.byClient {
		if l.outside.Len() == 0 {
			continue
		}
		switch {
		case best == nil, l.inside < best.inside:
			best = l
		case l.inside == best.inside && l.waiting(e).number > best.waiting(e).number == bool(e):
			best = l
		}
	}
	return best
}

// greediest returns the oldest inside of the clients that have no less than their
// share: where few come in turns with many, it is theirs that waited in vain.
// t.mu is held.
func (t *turnstile) greediest() *pass {
	share := t.inside.Len() / t.lanes.crowded()
	for el := t.inside.Front(); el != nil; el = el.Next() {
		if p := el.Value.(*pass); p.lane.inside >= share {
			return p
		}
	}
	return oldest(&t.inside)
}

func oldest(l *list.List) *pass { return l.Front().Value.(*pass) }

// crowded is how many clients have something inside.
func (ls *lanes) crowded() (n int) {
	for _, l := range ls.byClient {
		if l.inside > 0 {
			n++
		}
	}
	return n
}
