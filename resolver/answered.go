package resolver

import "slices"

// whenAnswered has then called when those whom the answer to fl is for have been
// answered without it.
func (f *flights) whenAnswered(fl *flight, then func()) {
	f.mu.Lock()
	now := fl.answered
	if !now {
		fl.then = append(fl.then, then)
	}
	f.mu.Unlock()
	if now {
		then()
	}
}

// answer notes that a raw waiter for key has been answered without it. What anybody
// asked for itself is nobody's answered question.
func (f *flights) answer(key string) {
	f.mu.Lock()
	fl := f.byKey[key]
	if fl == nil || fl.answered || fl.announced || fl.late {
		f.mu.Unlock()
		return
	}
	for _, w := range fl.waiters {
		if !w.raw {
			f.mu.Unlock()
			return
		}
	}
	fl.answered = true
	then := fl.then
	fl.then = nil
	f.mu.Unlock()
	for _, g := range then {
		g()
	}
}

// wanted reports whether somebody asked for fl itself after those whom it was for had
// been answered. It is nobody's answered question then any more.
func (f *flights) wanted(fl *flight) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	fl.answered = fl.answered && !slices.ContainsFunc(fl.waiters, func(w waiter) bool { return !w.raw })
	return !fl.answered
}

// proceed notes that the answer which waited for t was given without it: what t
// asks holds no place of others from now on.
func (t *trace) proceed() {
	if t == nil {
		return
	}
	t.answered.Store(true)
	t.yield()
}

// proceed does so for all of traces, of which some may be nil.
func proceed(traces []*trace) {
	for _, t := range traces {
		t.proceed()
	}
}

// yield has the step under way, if it is one of an answered question, step aside.
func (t *trace) yield() {
	if step := t.step.Load(); step != nil && t.answered.Load() {
		t.server.flights.answer(*step)
	}
}

// stepAside has fq, whose question nobody waits for, go on without a place.
func (fq *fastQuery) stepAside() {
	fp := fq.path
	fp.mu.Lock()
	others := fp.count > 1 && fp.open > 1 || fq.settled
	fp.mu.Unlock()
	if !others {
		fp.permit.StepAside(fq.lookup.holder())
	}
}
