package upstream

import (
	"errors"
	"net/netip"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// pollBatch is how many sockets that have something are heard of at once.
const pollBatch = 64

// A poller waits for the sockets of prompts to one server on one goroutine,
// which there is as long as there are prompts. The zero value is ready.
type poller struct {
	mu      sync.Mutex
	file    *os.File // of epoll(7), nil until it is needed
	raw     syscall.RawConn
	sockets map[int32]*socket // by file descriptor, those of spare included
	spare   spare
	serial  int32 // of the last socket
	// asking is how many prompts there are. It changes with mu held.
	asking  atomic.Int32
	running bool
	// closed has the goroutine close file at its end.
	closed bool
}

// add returns a socket to addr that is read for p from now on. p.mu is held.
func (l *poller) add(p *Prompt, addr netip.AddrPort) (*socket, error) {
	l.mu.Lock()
	s := l.spare.take(l.drop)
	l.mu.Unlock()
	fresh := s == nil
	if fresh {
		var err error
		if s, err = connect(addr); err != nil {
			return nil, err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if fresh {
		if err := l.watch(s); err != nil {
			_ = unix.Close(s.fd)
			return nil, err
		}
	}
	s.prompt = p
	s.uses++
	l.asking.Add(1)
	l.closed = false
	if !l.running {
		l.running = true
		go l.run(l.file, l.raw, p.udp.round)
	}
	return s, nil
}

// watch has s heard. l.mu is held.
func (l *poller) watch(s *socket) error {
	if err := l.open(); err != nil {
		return err
	}
	l.serial++
	s.serial = l.serial
	event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(s.fd), Pad: s.serial}
	var failed error
	err := l.raw.Control(func(fd uintptr) { failed = unix.EpollCtl(int(fd), unix.EPOLL_CTL_ADD, s.fd, &event) })
	if err = errors.Join(err, failed); err != nil {
		return err
	}
	l.sockets[int32(s.fd)] = s
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
	l.file, l.raw, l.sockets = file, raw, make(map[int32]*socket)
	return nil
}

// remove ends the turn of a prompt with s, which is spare then if it is good.
// The prompt's mu is held.
func (l *poller) remove(s *socket, good bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s.prompt = nil
	if good && !s.worn() {
		l.spare = append(l.spare, s)
	} else {
		l.drop(s)
	}
	if l.asking.Add(-1) == 0 && l.running {
		_ = l.file.SetReadDeadline(time.Unix(1, 0)) // so that the goroutine ends
	}
}

// drop closes s, which is neither asked by nor spare. l.mu is held.
func (l *poller) drop(s *socket) {
	delete(l.sockets, int32(s.fd))
	_ = unix.Close(s.fd) // and it is out of the poller
}

// run reads until there are no prompts. round is that of Options.
func (l *poller) run(file *os.File, raw syscall.RawConn, round func() func()) {
	var (
		in     = newInbox()
		events [pollBatch]unix.EpollEvent
		n      int
	)
	wait := func(fd uintptr) bool {
		n = look(fd, events[:])
		return n > 0
	}
	for {
		n = 0
		err := raw.Read(wait)
		end := func() {}
		if n > 1 && round != nil {
			end = round()
		}
		for _, event := range events[:max(n, 0)] {
			if p := l.prompt(event); p != nil {
				p.read(in)
			}
		}
		end()
		if l.ended(file, err) {
			return
		}
	}
}

// look tells which sockets have something, without waiting: see socket.send.
func look(fd uintptr, events []unix.EpollEvent) int {
	n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, fd, uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)), 0, 0, 0)
	if errno != 0 {
		return 0
	}
	return int(n)
}

// prompt returns whom event is for. A spare socket that has something is
// dropped.
func (l *poller) prompt(event unix.EpollEvent) *Prompt {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.sockets[event.Fd]
	if s == nil || s.serial != event.Pad {
		return nil
	}
	if i := slices.Index(l.spare, s); s.prompt == nil && i >= 0 {
		l.spare.remove(i)
		l.drop(s)
	}
	return s.prompt
}

// ended reports whether there is nothing to read, and if so lets the next
// prompt start a goroutine anew. err is what reading came to: a deadline, for
// the most part, that is over.
func (l *poller) ended(file *os.File, err error) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.asking.Load() > 0 && (err == nil || errors.Is(err, os.ErrDeadlineExceeded)) {
		if err != nil {
			_ = file.SetReadDeadline(time.Time{})
		}
		return false
	}
	l.running = false
	for _, s := range l.spare {
		l.drop(s)
	}
	l.spare = nil
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
