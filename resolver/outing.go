package resolver

import (
	"sync"
	"time"

	"github.com/miekg/dns"

	"sekisho/resolver/upstream"
)

// An outing is the short way to an answer: the question of a flight, and beside
// it the one about where its name leads, asked of one server from one socket
// and without a goroutine that waits. Whatever does not come by it within the
// head start that the server has over the next goes the long way, fly, which
// takes over what is under way.
type outing struct {
	server *Server
	asked  *nameserver
	permit permit

	mu         sync.Mutex
	passengers [2]*passenger
	aboard     int // of passengers
	left       bool
	begun      time.Time
	prompt     *upstream.Prompt // once it is sent
	open       int              // passengers that nothing is known of yet
	timer      *time.Timer
	pause      time.Duration
}

// setOut starts fl by an outing, or returns false if there is none for it.
func (s *Server) setOut(now time.Time, fl *flight, l lookup) bool {
	order := l.group.order(l.qtype, now)
	if len(order) == 0 || order[0].prompter == nil || s.unsettled(now, fl, l) != nil {
		return false
	}
	o := &outing{server: s, begun: now}
	if !o.take(now, fl, l) {
		return false
	}
	first := o.passengers[0]
	if s.seeks(l) {
		along := l
		if !order[0].hearing.deaf(o.begun) {
			along.outing = o
		}
		first.seeks = true
		first.beside = s.traceBeside(now, along)
	}
	o.leave(order)
	for _, p := range o.passengers[:o.aboard] {
		if p.lookup.qtype == dns.TypeHTTPS {
			s.flights.whenAnswered(p.flight, p.stepAside)
		}
	}
	return true
}

// take has fl go along with o, or returns false: o may be nil, full or gone.
func (o *outing) take(now time.Time, fl *flight, l lookup) bool {
	if o == nil {
		return false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.left || o.aboard == len(o.passengers) || o.aboard > 0 && o.server.unsettled(now, fl, l) != nil || !o.server.tasks.count() {
		return false
	}
	l.outing = nil
	o.passengers[o.aboard] = &passenger{outing: o, flight: fl, lookup: l}
	o.aboard++
	o.open++
	return true
}

// leave asks the first server that has a place free, or else waits for one
// with the preferred.
func (o *outing) leave(order []*nameserver) {
	o.permit.who = o
	o.mu.Lock()
	o.permit.client = o.passengers[0].lookup.client
	o.left = true
	o.timer = time.AfterFunc(hedgeAfter, o.late)
	o.asked = order[0]
	o.permit.limiter = &o.asked.places
	for _, s := range order {
		if s.prompter != nil && s.places.try(&o.permit) {
			o.asked = s
			o.mu.Unlock()
			o.admit()
			return
		}
	}
	o.mu.Unlock()
	o.asked.places.queue(&o.permit)
}

// admit sends the questions; that about the way first, as its answer is to be
// there first.
func (o *outing) admit() {
	o.mu.Lock()
	if o.open == 0 { // all have gone the long way
		o.mu.Unlock()
		o.permit.leave()
		return
	}
	var questions [len(o.passengers)]upstream.Question
	for i := range o.aboard {
		p := o.passengers[o.aboard-1-i]
		questions[i] = upstream.Question{Wire: p.lookup.query(), Told: p.told}
	}
	var err error
	o.prompt, err = o.asked.prompter.Prompt(questions[:o.aboard]...)
	o.mu.Unlock()
	if err != nil {
		o.each(func(p *passenger) { p.told(nil, upstream.ErrOtherwise) })
	}
}

// each calls f for all of whom nothing is known yet.
func (o *outing) each(f func(*passenger)) {
	o.mu.Lock()
	var left [len(o.passengers)]*passenger
	for i, p := range o.passengers[:o.aboard] {
		if !p.settled {
			left[i] = p
		}
	}
	o.mu.Unlock()
	for _, p := range left {
		if p != nil {
			f(p)
		}
	}
}

// late has all who still wait take the long way, and sends again from then on,
// each time after twice as long: datagrams get lost.
func (o *outing) late() {
	o.mu.Lock()
	sent := o.prompt != nil
	if o.open > 0 && sent {
		o.prompt.Repeat()
		o.pause = max(hedgeAfter, 2*o.pause)
		o.timer.Reset(o.pause)
	}
	o.mu.Unlock()
	var last func()
	o.each(func(p *passenger) {
		way := p.longWay(sent)
		if way == nil {
			return
		}
		if last != nil {
			go last()
		}
		last = way
	})
	if last != nil {
		last() // on the goroutine that the timer has anyhow
	}
}

// giveUp ends o because of why: there are too many.
func (o *outing) giveUp(why error) {
	o.each(func(p *passenger) { p.told(nil, why) })
}

// settle notes that p, of whom nothing was known, needs o no more. o.mu is held
// before and not after.
func (o *outing) settle(p *passenger) {
	p.settled = true
	o.open--
	last, prompt := o.open == 0, o.prompt
	if last {
		o.timer.Stop()
	}
	o.mu.Unlock()
	if !last {
		return
	}
	if prompt != nil {
		prompt.Close()
	}
	o.permit.leave()
}
