package resolver

import (
	"sync"
	"time"

	"github.com/miekg/dns"

	"sekisho/resolver/admission"
	"sekisho/resolver/upstream"
)

// A fastPath is the quick way to an answer: the question of a flight, and beside
// it the one about where its name leads, asked of one server from one socket
// and without a goroutine that waits. Whatever does not come by it within the
// head start that the server has over the next goes by the slow path, fly, which
// takes over what is under way.
type fastPath struct {
	server *Server
	asked  *nameserver
	permit admission.Permit

	mu      sync.Mutex
	queries [2]*fastQuery
	count   int // of queries
	started bool
	begun   time.Time
	prompt  *upstream.Prompt // once it is sent
	open    int              // queries that nothing is known of yet
	timer   *time.Timer
	pause   time.Duration
}

// startFast starts fl by a fast path, or returns false if there is none for it.
func (s *Server) startFast(now time.Time, fl *flight, l lookup) bool {
	order := l.group.order(l.qtype, now)
	if len(order) == 0 || order[0].prompter == nil || s.unsettled(now, fl, l) != nil {
		return false
	}
	fp := &fastPath{server: s, begun: now}
	if !fp.add(now, fl, l) {
		return false
	}
	first := fp.queries[0]
	if s.seeks(l) {
		along := l
		if !order[0].hearing.deaf(fp.begun) {
			along.path = fp
		}
		first.seeks = true
		first.beside = s.traceBeside(now, along)
	}
	fp.start(order)
	for _, fq := range fp.queries[:fp.count] {
		if fq.lookup.qtype == dns.TypeHTTPS {
			s.flights.whenAnswered(fq.flight, fq.stepAside)
		}
	}
	return true
}

// add has fl go along with fp, or returns false: fp may be nil, full or gone.
func (fp *fastPath) add(now time.Time, fl *flight, l lookup) bool {
	if fp == nil {
		return false
	}
	fp.mu.Lock()
	defer fp.mu.Unlock()
	if fp.started || fp.count == len(fp.queries) || fp.count > 0 && fp.server.unsettled(now, fl, l) != nil || !fp.server.tasks.count() {
		return false
	}
	l.path = nil
	fp.queries[fp.count] = &fastQuery{path: fp, flight: fl, lookup: l}
	fp.count++
	fp.open++
	return true
}

// start asks the first server that has a place free, or else waits for one
// with the preferred.
func (fp *fastPath) start(order []*nameserver) {
	fp.mu.Lock()
	fp.started = true
	fp.timer = time.AfterFunc(hedgeAfter, fp.late)
	fp.asked = order[0]
	fp.permit.Prepare(&fp.asked.places, fp.queries[0].lookup.client, fp)
	for _, s := range order {
		if s.prompter != nil && s.places.Try(&fp.permit) {
			fp.asked = s
			fp.mu.Unlock()
			fp.Admit()
			return
		}
	}
	fp.mu.Unlock()
	fp.asked.places.Queue(&fp.permit)
}

// Admit sends the questions; that about the way first, as its answer is to be
// there first.
func (fp *fastPath) Admit() {
	fp.mu.Lock()
	if fp.open == 0 { // all have gone by the slow path
		fp.mu.Unlock()
		fp.permit.Leave()
		return
	}
	var questions [len(fp.queries)]upstream.Question
	for i := range fp.count {
		fq := fp.queries[fp.count-1-i]
		questions[i] = upstream.Question{Wire: fq.lookup.query(), Told: fq.told}
	}
	var err error
	fp.prompt, err = fp.asked.prompter.Prompt(questions[:fp.count]...)
	fp.mu.Unlock()
	if err != nil {
		fp.each(func(fq *fastQuery) { fq.told(nil, upstream.ErrOtherwise) })
	}
}

// each calls f for all of whom nothing is known yet.
func (fp *fastPath) each(f func(*fastQuery)) {
	fp.mu.Lock()
	var left [len(fp.queries)]*fastQuery
	for i, fq := range fp.queries[:fp.count] {
		if !fq.settled {
			left[i] = fq
		}
	}
	fp.mu.Unlock()
	for _, fq := range left {
		if fq != nil {
			f(fq)
		}
	}
}

// late has all who still wait take the slow path, and sends again from then on,
// each time after twice as long: datagrams get lost.
func (fp *fastPath) late() {
	fp.mu.Lock()
	sent := fp.prompt != nil
	if fp.open > 0 && sent {
		fp.prompt.Repeat()
		fp.pause = max(hedgeAfter, 2*fp.pause)
		fp.timer.Reset(fp.pause)
	}
	fp.mu.Unlock()
	var last func()
	fp.each(func(fq *fastQuery) {
		way := fq.slowPath(sent)
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

// GiveUp ends fp because of why: there are too many.
func (fp *fastPath) GiveUp(why error) {
	fp.each(func(fq *fastQuery) { fq.told(nil, why) })
}

// settle notes that fq, of whom nothing was known, needs fp no more. fp.mu is held
// before and not after.
func (fp *fastPath) settle(fq *fastQuery) {
	fq.settled = true
	fp.open--
	last, prompt := fp.open == 0, fp.prompt
	if last {
		fp.timer.Stop()
	}
	fp.mu.Unlock()
	if !last {
		return
	}
	if prompt != nil {
		prompt.Close()
	}
	fp.permit.Leave()
}
