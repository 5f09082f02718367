package admission

import "errors"

const (
	// mostAside bounds the exchanges with one server that go on after whoever they
	// were for has been answered, and with them the sockets beyond MostUpstream.
	mostAside = 32
	// AsideEach is how many of them are one client's, or where there is no client
	// one domain's: who asks for ever new names whose owner has questions for HTTPS
	// records come to nothing pushes out his own.
	AsideEach = 8
)

// ErrAside is why an exchange ended that nobody waits for any more.
var ErrAside = errors.New("answered without it, and others are under way")

// StepAside gives the place of p back and lets its exchange go on beside all
// others while there is room for that; holder is on whose account. One that has
// not been admitted is given up.
func (p *Permit) StepAside(holder string) {
	l := p.limiter
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.unlock()
	switch {
	case p.queued != nil:
		p.remove()
		l.calls = append(l.calls, call{p, ErrAside})
	case p.where == &l.inFlight:
		p.setAside(holder)
		if out := l.tooMany(holder); out != nil {
			out.remove()
			l.calls = append(l.calls, call{out, ErrAside})
		}
	}
	l.advance()
}

// GiveWay gives the place of p back as StepAside does, but keeps it where there is
// no room aside for one more of holder: nobody is given up for it, and whoever asks
// for much that comes to it waits for its own places.
func (p *Permit) GiveWay(holder string) {
	l := p.limiter
	l.mu.Lock()
	defer l.unlock()
	if p.where != &l.inFlight || l.aside.Len() >= mostAside || l.asideOf(holder) >= AsideEach {
		return
	}
	p.setAside(holder)
	l.advance()
}

// setAside moves p aside, on the account of holder. Its limiter's mu is held.
func (p *Permit) setAside(holder string) {
	p.remove()
	p.holder = holder
	aside := &p.limiter.aside
	p.where, p.el = aside, aside.PushBack(p)
}

// asideOf is how many of holder are aside. l.mu is held.
func (l *Limiter) asideOf(holder string) (n int) {
	for el := l.aside.Front(); el != nil; el = el.Next() {
		if el.Value.(*Permit).holder == holder {
			n++
		}
	}
	return n
}

// tooMany returns whom to give up if holder, or all, have too many exchanges aside:
// the oldest of whoever has most. l.mu is held.
func (l *Limiter) tooMany(holder string) *Permit {
	counts := make(map[string]int, mostAside)
	for el := l.aside.Front(); el != nil; el = el.Next() {
		counts[el.Value.(*Permit).holder]++
	}
	if counts[holder] <= AsideEach && l.aside.Len() <= mostAside {
		return nil
	}
	for h, n := range counts {
		if n > counts[holder] {
			holder = h
		}
	}
	for el := l.aside.Front(); el != nil; el = el.Next() {
		if p := el.Value.(*Permit); p.holder == holder {
			return p
		}
	}
	return nil
}
