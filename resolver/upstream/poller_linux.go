package upstream

import (
	"errors"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// pollBatch is how many sockets that have something are heard of at once.
const pollBatch = 64

// A poller waits for the sockets of all prompts to one server on one
// goroutine, which there is as long as there are prompts. The zero value is
// ready.
type poller struct {
	mu      sync.Mutex
	file    *os.File // of epoll(7), nil until it is needed
	raw     syscall.RawConn
	prompts map[int32]*Prompt // by file descriptor
	// serial tells a prompt from an earlier one with the same descriptor, about
	// which something may still be said.
	serial  int32
	running bool
	// closed has the goroutine close file at its end.
	closed bool
}

// add has p read from now on. p.mu is held.
func (l *poller) add(p *Prompt) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.open(); err != nil {
		return err
	}
	l.serial++
	p.serial = l.serial
	event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(p.fd), Pad: p.serial}
	var failed error
	err := l.raw.Control(func(fd uintptr) { failed = unix.EpollCtl(int(fd), unix.EPOLL_CTL_ADD, p.fd, &event) })
	if err = errors.Join(err, failed); err != nil {
		return err
	}
	l.prompts[int32(p.fd)] = p
	l.closed = false
	if !l.running {
		l.running = true
		go l.run(l.file, l.raw)
	}
	return nil
}

func (l *poller) open() error {
	if l.file != nil {
		return nil
	}
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return err
	}
	if err := unix.SetNonblock(fd, true); err != nil { // which has the runtime wait for it
		_ = unix.Close(fd)
		return err
	}
	file := os.NewFile(uintptr(fd), "epoll")
	raw, err := file.SyscallConn()
	if err != nil {
		_ = file.Close()
		return err
	}
	l.file, l.raw, l.prompts = file, raw, make(map[int32]*Prompt)
	return nil
}

// remove forgets p. p.mu is held.
func (l *poller) remove(p *Prompt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.prompts, int32(p.fd))
	if len(l.prompts) == 0 && l.running {
		_ = l.file.SetReadDeadline(time.Unix(1, 0)) // so that the goroutine ends
	}
}

// run reads until there are no prompts.
func (l *poller) run(file *os.File, raw syscall.RawConn) {
	var (
		buf    [datagramSize]byte
		events [pollBatch]unix.EpollEvent
		n      int
	)
	wait := func(fd uintptr) bool {
		n, _ = unix.EpollWait(int(fd), events[:], 0)
		return n > 0
	}
	for {
		n = 0
		err := raw.Read(wait)
		for _, event := range events[:max(n, 0)] {
			if p := l.prompt(event); p != nil {
				p.read(buf[:])
			}
		}
		if l.ended(file, err) {
			return
		}
	}
}

func (l *poller) prompt(event unix.EpollEvent) *Prompt {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p := l.prompts[event.Fd]; p != nil && p.serial == event.Pad {
		return p
	}
	return nil
}

// ended reports whether there is nothing to read, and if so lets the next
// prompt start a goroutine anew. err is what reading came to: a deadline, for
// the most part, that is over.
func (l *poller) ended(file *os.File, err error) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.prompts) > 0 && (err == nil || errors.Is(err, os.ErrDeadlineExceeded)) {
		if err != nil {
			_ = file.SetReadDeadline(time.Time{})
		}
		return false
	}
	l.running = false
	_ = file.SetReadDeadline(time.Time{})
	if l.closed {
		l.release()
	}
	return true
}

// close gives the descriptor back, at once or when the last prompt is over.
func (l *poller) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed = true; !l.running {
		l.release()
	}
}

func (l *poller) release() {
	if l.file != nil {
		_ = l.file.Close()
		l.file, l.raw = nil, nil
	}
}
