package resolver

import "errors"

const (
	// mostAside bounds the exchanges with one server that go on after whoever they
	// were for has been answered, and with them the sockets beyond mostUpstream.
	mostAside = 32
	// asideEach is how many of them are one client's, or where there is no client
	// one domain's: who asks for ever new names whose owner has questions for HTTPS
	// records come to nothing pushes out his own.
	asideEach = 8
)

// errAside is why an exchange ended that nobody waits for any more.
var errAside = errors.New("answered without it, and others are under way")

// stepAside gives the place of p back and lets its exchange go on beside all
// others while there is room for that; holder is on whose account. One that has
// not been admitted is given up.
func (p *pass) stepAside(holder string) {
	t := p.turnstile
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.unlock()
	switch {
	case p.queued != nil:
		p.remove()
		t.calls = append(t.calls, call{p, errAside})
	case p.where == &t.inside:
		p.setAside(holder)
		if out := t.tooMany(holder); out != nil {
			out.remove()
			t.calls = append(t.calls, call{out, errAside})
		}
	}
	t.advance()
}

// giveWay gives the place of p back as stepAside does, but keeps it where there is
// no room aside for one more of holder: nobody is given up for it, and whoever asks
// for much that comes to it waits for its own places.
func (p *pass) giveWay(holder string) {
	t := p.turnstile
	t.mu.Lock()
	defer t.unlock()
	if p.where != &t.inside || t.aside.Len() >= mostAside || t.asideOf(holder) >= asideEach {
		return
	}
	p.setAside(holder)
	t.advance()
}

// setAside moves p aside, on the account of holder. Its turnstile's mu is held.
func (p *pass) setAside(holder string) {
	p.remove()
	p.holder = holder
	aside := &p.turnstile.aside
	p.where, p.el = aside, aside.PushBack(p)
}

// asideOf is how many of holder are aside. t.mu is held.
func (t *turnstile) asideOf(holder string) (n int) {
	for el := t.aside.Front(); el != nil; el = el.Next() {
		if el.Value.(*pass).holder == holder {
			n++
		}
	}
	return n
}

// tooMany returns whom to give up if holder, or all, have too many exchanges aside:
// the oldest of whoever has most. t.mu is held.
func (t *turnstile) tooMany(holder string) *pass {
	counts := make(map[string]int, mostAside)
	for el := t.aside.Front(); el != nil; el = el.Next() {
		counts[el.Value.(*pass).holder]++
	}
	if counts[holder] <= asideEach && t.aside.Len() <= mostAside {
		return nil
	}
	for h, n := range counts {
		if n > counts[holder] {
			holder = h
		}
	}
	for el := t.aside.Front(); el != nil; el = el.Next() {
		if p := el.Value.(*pass); p.holder == holder {
			return p
		}
	}
	return nil
}
