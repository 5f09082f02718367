package upstream

import (
	"math/rand/v2"
	"net/netip"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// A port serves socketUses prompts at most, one after another, and none
	// later than socketTime after it was opened. So it is as fresh as one of its
	// own where questions are few; where they are many, nobody finds it out in
	// time: systems admit a thousand probes a second (CVE-2020-25705), of which
	// there are a hundred then for some 28,000 ports.
	socketUses = 16
	socketTime = 100 * time.Millisecond
)

// A socket sends to one server and hears nobody else. Its port is random.
type socket struct {
	fd int
	// serial tells a socket from an earlier one with the same descriptor, about
	// which something may still be said.
	serial int32
	uses   int
	until  time.Time
	// prompt is whose turn it is, or nil if the socket is spare. It is guarded
	// by poller.mu.
	prompt *Prompt
}

// connect opens a socket to addr. The system picks a random port.
func connect(addr netip.AddrPort) (*socket, error) {
	domain, to := unix.AF_INET, unix.Sockaddr(nil)
	if ip := addr.Addr(); ip.Is4() {
		to = &unix.SockaddrInet4{Port: int(addr.Port()), Addr: ip.As4()}
	} else {
		domain, to = unix.AF_INET6, &unix.SockaddrInet6{Port: int(addr.Port()), Addr: ip.As16()}
	}
	fd, err := unix.Socket(domain, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.Connect(fd, to); err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	return &socket{fd: fd, until: time.Now().Add(socketTime)}, nil
}

// worn reports whether s is not to be used again.
func (s *socket) worn() bool { return s.uses >= socketUses || time.Now().After(s.until) }

// message is struct mmsghdr of sendmmsg(2).
type message struct {
	header unix.Msghdr
	size   uint32
}

// send sends wires, which are two at most. It does not wait: the network that
// is too slow for them has lost them. Neither it nor receive tell the runtime of
// the call, which costs more than the call where there are many.
func (s *socket) send(wires [][]byte) error {
	var (
		parts    [maxAsked]unix.Iovec
		messages [maxAsked]message
	)
	for i, wire := range wires {
		parts[i].Base = &wire[0]
		parts[i].SetLen(len(wire))
		messages[i].header.Iov = &parts[i]
		messages[i].header.SetIovlen(1)
	}
	for sent := 0; sent < len(wires); {
		n, _, errno := unix.RawSyscall6(unix.SYS_SENDMMSG, uintptr(s.fd), uintptr(unsafe.Pointer(&messages[sent])), uintptr(len(wires)-sent), unix.MSG_NOSIGNAL, 0, 0)
		switch errno {
		case 0:
			sent += int(n)
		case unix.EINTR:
		case unix.EAGAIN, unix.ENOBUFS:
			return nil
		default:
			return errno
		}
	}
	return nil
}

// An inbox is where one goroutine reads datagrams. It must not move.
type inbox struct {
	buffers  [maxAsked][datagramSize]byte
	parts    [maxAsked]unix.Iovec
	messages [maxAsked]message
}

func newInbox() *inbox {
	in := new(inbox)
	for i := range in.parts {
		in.parts[i].Base = &in.buffers[i][0]
		in.parts[i].SetLen(datagramSize)
		in.messages[i].header.Iov = &in.parts[i]
		in.messages[i].header.SetIovlen(1)
	}
	return in
}

// receive reads what fd has, at most as many datagrams as are due and fit, and
// returns how many: the answers to questions that were sent together mostly come so.
func (in *inbox) receive(fd, due int) (int, error) {
	most := min(max(due, 1), maxAsked)
	n, _, errno := unix.RawSyscall6(unix.SYS_RECVMMSG, uintptr(fd), uintptr(unsafe.Pointer(&in.messages[0])), uintptr(most), unix.MSG_DONTWAIT, 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}

// packet is datagram i of the last receive.
func (in *inbox) packet(i int) []byte { return in.buffers[i][:in.messages[i].size] }

// spare are sockets whose questions have all been answered. They are heard as
// well: to whom nothing was asked nothing is said, so a port that something
// comes to is known to somebody and closed.
type spare []*socket

// take returns a socket for a prompt, any of those that can be used again, or
// nil.
func (sp *spare) take(drop func(*socket)) *socket {
	for len(*sp) > 0 {
		i := rand.IntN(len(*sp))
		s := (*sp)[i]
		sp.remove(i)
		if !s.worn() {
			return s
		}
		drop(s)
	}
	return nil
}

// remove takes the socket at i out.
func (sp *spare) remove(i int) {
	last := len(*sp) - 1
	(*sp)[i] = (*sp)[last]
	(*sp)[last] = nil
	*sp = (*sp)[:last]
}
