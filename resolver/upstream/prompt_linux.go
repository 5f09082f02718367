package upstream

import (
	"net/netip"
	"sync"

	"golang.org/x/sys/unix"
)

// maxAsked is how many questions a prompt has at most.
const maxAsked = 2

// A Prompt is questions under way to one server. It is safe for concurrent
// use.
type Prompt struct {
	udp   *udp
	mixed bool

	mu     sync.Mutex
	fd     int // -1 once closed
	serial int32
	asked  [maxAsked]Question
	open   [maxAsked]bool
	strays int
}

// prompts reports whether there can be prompts: sockets of a zone are left to
// package net.
func (u *udp) prompts() bool { return u.addr.Addr().Zone() == "" }

func (u *udp) prompt(questions []Question) (*Prompt, error) {
	if len(questions) > maxAsked {
		return nil, ErrOtherwise
	}
	fd, err := connect(u.addr)
	if err != nil {
		return nil, err
	}
	p := &Prompt{udp: u, mixed: u.mixes(), fd: fd}
	for i, q := range questions {
		prepare(q.Wire, p.mixed)
		p.asked[i], p.open[i] = q, true
	}
	p.mu.Lock() // nothing is read until all is sent
	defer p.mu.Unlock()
	if err := u.poller.add(p); err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	if err := p.send(); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// connect opens a socket that sends to addr and hears nobody else. The system
// picks a random port.
func connect(addr netip.AddrPort) (int, error) {
	domain, to := unix.AF_INET, unix.Sockaddr(nil)
	if ip := addr.Addr(); ip.Is4() {
		to = &unix.SockaddrInet4{Port: int(addr.Port()), Addr: ip.As4()}
	} else {
		domain, to = unix.AF_INET6, &unix.SockaddrInet6{Port: int(addr.Port()), Addr: ip.As16()}
	}
	fd, err := unix.Socket(domain, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	if err := unix.Connect(fd, to); err != nil {
		_ = unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// send sends what is not answered. p.mu is held.
func (p *Prompt) send() error {
	for i, open := range p.open {
		if !open {
			continue
		}
		if _, err := unix.Write(p.fd, p.asked[i].Wire); err != nil && err != unix.EAGAIN {
			return err
		}
	}
	return nil
}

// Repeat sends again what is not answered: datagrams get lost.
func (p *Prompt) Repeat() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fd >= 0 {
		_ = p.send() // reading will tell
	}
}

// Close ends the wait for answers.
func (p *Prompt) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.close()
}

func (p *Prompt) close() {
	if p.fd < 0 {
		return
	}
	p.udp.poller.remove(p)
	_ = unix.Close(p.fd) // and it is out of the poller
	p.fd = -1
}

// read takes in one datagram, which p's socket has.
func (p *Prompt) read(buf []byte) {
	p.mu.Lock()
	if p.fd < 0 {
		p.mu.Unlock()
		return
	}
	n, err := unix.Read(p.fd, buf)
	if err != nil {
		p.mu.Unlock()
		if err != unix.EAGAIN && err != unix.EINTR {
			p.fail(err)
		}
		return
	}
	i, how := p.find(buf[:n])
	p.mu.Unlock()
	switch {
	case how == recased, how == fitting && !plainReply(buf[:n], len(buf)):
		p.settle(i, nil, ErrOtherwise)
	case how == foreign, !p.settle(i, buf[:n], nil):
		if p.strays++; p.strays == suspicion { // of this goroutine alone
			p.fail(ErrOtherwise)
		}
	}
}

// find returns which question reply answers best.
func (p *Prompt) find(reply []byte) (i int, how fit) {
	for j, open := range p.open {
		if !open {
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
