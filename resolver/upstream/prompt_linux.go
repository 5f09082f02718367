package upstream

import (
	"sync"

	"golang.org/x/sys/unix"
)

// maxAsked is how many questions a prompt has at most.
const maxAsked = 2

// A Prompt is questions under way to one server. It is safe for concurrent
// use.
type Prompt struct {
	udp    *udp
	poller *poller
	mixed  bool

	mu     sync.Mutex
	socket *socket // nil once closed
	asked  [maxAsked]Question
	open   [maxAsked]bool
	strays int
	// bundled tells that the questions were sent as one piece, and nothing has been
	// heard since.
	bundled bool
	// due is how many datagrams may still come to the socket; one is not, as
	// far as is known, when all questions have one answer.
	due int
}

// prompts reports whether there can be prompts: sockets of a zone are left to
// package net.
func (u *udp) prompts() bool { return u.addr.Addr().Zone() == "" }

func (u *udp) prompt(questions []Question) (*Prompt, error) {
	if len(questions) > maxAsked {
		return nil, ErrOtherwise
	}
	p := &Prompt{udp: u, mixed: u.mixes()}
	for i, q := range questions {
		prepare(q.Wire, p.mixed)
		p.asked[i], p.open[i] = q, true
	}
	p.mu.Lock() // nothing is read until all is sent
	defer p.mu.Unlock()
	var err error
	p.poller = u.pollers.pick()
	if p.socket, err = p.poller.add(p, u.addr); err != nil {
		return nil, err
	}
	if err := p.send(); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// send sends what is not answered. p.mu is held.
func (p *Prompt) send() error {
	wires := make([][]byte, 0, maxAsked)
	for i, open := range p.open {
		if open {
			wires = append(wires, p.asked[i].Wire)
		}
	}
	p.due += len(wires)
	switch b := &p.udp.pollers.bundles; {
	case p.bundled:
		p.bundled = false
		b.silence()
	case p.due > len(wires) || !b.some(wires):
	case p.socket.sendBundle(wires):
		p.bundled = true
		return nil
	default:
		b.refuse()
	}
	return p.socket.send(wires)
}

// Repeat sends again what is not answered: datagrams get lost.
func (p *Prompt) Repeat() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.socket != nil {
		_ = p.send() // reading will tell
	}
}

// Close ends the wait for answers.
func (p *Prompt) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.close()
}

// close ends p, whose socket is good for others if nothing more is to come to
// it. p.mu is held.
func (p *Prompt) close() {
	if p.socket == nil {
		return
	}
	p.poller.remove(p.socket, p.due == 0 && p.strays == 0)
	p.socket = nil
}

// read takes in what p's socket has, by way of in.
func (p *Prompt) read(in *inbox) {
	p.mu.Lock()
	if p.socket == nil {
		p.mu.Unlock()
		return
	}
	n, err := in.receive(p.socket.fd, p.due)
	if err != nil {
		p.mu.Unlock()
		if err != unix.EAGAIN && err != unix.EINTR {
			p.fail(err)
		}
		return
	}
	open := p.open
	for i := range n { // a second answer to the same question was not due
		if j, how := p.find(in.packet(i), open); how == fitting || how == recased && !p.mixed {
			open[j] = false
			p.due--
			if p.bundled {
				p.bundled = false
				p.udp.pollers.bundles.heard()
			}
		}
	}
	p.mu.Unlock()
	for i := range n {
		p.take(in.packet(i))
	}
}

// take takes in one datagram.
func (p *Prompt) take(reply []byte) {
	p.mu.Lock()
	over := p.socket == nil
	i, how := p.find(reply, p.open)
	p.mu.Unlock()
	switch {
	case over:
	case how == recased && p.mixed, how != foreign && !plainReply(reply, datagramSize):
		p.settle(i, nil, ErrOtherwise)
	case how == foreign, !p.settle(i, reply, nil):
		p.stray()
	}
}

// stray counts a datagram that was of no use.
func (p *Prompt) stray() {
	p.mu.Lock()
	p.strays++
	guessed := p.strays == suspicion
	p.mu.Unlock()
	if guessed {
		p.fail(ErrOtherwise)
	}
}

// find returns which of the open questions reply answers best.
func (p *Prompt) find(reply []byte, open [maxAsked]bool) (i int, how fit) {
	for j := range open {
		if !open[j] {
			continue
		}
		if f := match(reply, p.asked[j].Wire); f > how {
			i, how = j, f
		}
	}
	return i, how
}

// settle tells what question i came to, and returns whether that is an end.
func (p *Prompt) settle(i int, reply []byte, err error) bool {
	taken := p.asked[i].Told(reply, err)
	if !taken && err == nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open[i] = false
	if p.mixed && err == nil {
		p.udp.remember(whole)
	}
	if p.open == [maxAsked]bool{} {
		p.close()
	}
	return true
}

// fail tells err to all who wait.
func (p *Prompt) fail(err error) {
	p.mu.Lock()
	open := p.open
	p.open = [maxAsked]bool{}
	p.close()
	p.mu.Unlock()
	for i, open := range open {
		if open {
			p.asked[i].Told(nil, err)
		}
	}
}
