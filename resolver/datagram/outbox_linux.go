package datagram

import (
	"net"
	"net/netip"
	"strconv"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// An Outbox keeps replies back that are made at the same time, since several
// answers of upstreams came at the same time, and sends them with one call. The
// zero value, which is for servers without sockets, takes none. It is safe for
// concurrent use.
type Outbox struct {
	// now sends one reply by itself, and can wait.
	now func(reply []byte, e Ends)
	raw syscall.RawConn

	mu sync.Mutex
	// rounds is how many goroutines are telling answers; the last sends what is
	// left.
	rounds  int
	count   int
	letters [batchSize]letter
	out     [batchSize]message
	next    int // the first letter to send
	sent    int
	errno   unix.Errno
	send    func(fd uintptr)
}

// A letter is a reply and where it goes.
type letter struct {
	reply  []byte
	to     Ends
	name   unix.RawSockaddrInet6 // or the shorter one of IPv4
	part   unix.Iovec
	source [controlSize]byte
}

// Open has o send by conn, and by now what cannot be sent so.
func (o *Outbox) Open(conn *net.UDPConn, now func([]byte, Ends)) {
	o.raw, _ = conn.SyscallConn() // without it nothing is taken
	o.now = now
	o.send = func(fd uintptr) { o.sent, o.errno = multi(unix.SYS_SENDMMSG, fd, o.out[o.next:o.count]) }
}

// Round begins a round, during which replies are kept back; the function it returns
// ends it. Rounds may overlap: the last to end sends what is left.
func (o *Outbox) Round() (end func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rounds++
	return o.end
}

func (o *Outbox) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.rounds--; o.rounds == 0 {
		o.flush()
	}
}

// Put takes reply to a query with ends e, or returns false if there is no round.
func (o *Outbox) Put(reply []byte, e Ends) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.rounds == 0 || o.raw == nil {
		return false
	}
	l, h := &o.letters[o.count], &o.out[o.count].header
	l.reply, l.to = reply, e
	l.part.Base = &reply[0]
	l.part.SetLen(len(reply))
	*h = unix.Msghdr{Name: (*byte)(unsafe.Pointer(&l.name)), Namelen: l.address(e.From), Iov: &l.part}
	h.SetIovlen(1)
	if e.To.IsValid() && !e.To.IsMulticast() {
		control := appendSource(l.source[:0], e.To)
		h.Control = &control[0]
		h.SetControllen(len(control))
	}
	if o.count++; o.count == batchSize {
		o.flush()
	}
	return true
}

// Close sends what there is; nothing is taken from now on.
func (o *Outbox) Close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.raw != nil {
		o.flush()
		o.raw = nil
	}
}

// flush sends what there is. o.mu is held.
func (o *Outbox) flush() {
	for o.next = 0; o.next < o.count; {
		if o.raw.Control(o.send) != nil {
			break // closed
		}
		if o.errno == 0 && o.sent > 0 {
			o.next += o.sent
			continue
		}
		l := &o.letters[o.next]
		o.now(l.reply, l.to) // which can wait
		o.next++
	}
	for i := range o.letters[:o.count] {
		o.letters[i].reply, o.letters[i].part.Base = nil, nil
	}
	o.count = 0
}

// address sets the name of l, in the form in which addresses come from the
// socket (see Batch.from), and returns its length.
func (l *letter) address(to netip.AddrPort) uint32 {
	l.name = unix.RawSockaddrInet6{Family: unix.AF_INET6}
	port := (*[2]byte)(unsafe.Pointer(&l.name.Port))
	port[0], port[1] = byte(to.Port()>>8), byte(to.Port())
	if addr := to.Addr(); addr.Is4() {
		l.name.Family = unix.AF_INET
		(*unix.RawSockaddrInet4)(unsafe.Pointer(&l.name)).Addr = addr.As4()
		return unix.SizeofSockaddrInet4
	}
	l.name.Addr = to.Addr().As16()
	if zone, err := strconv.ParseUint(to.Addr().Zone(), 10, 32); err == nil {
		l.name.Scope_id = uint32(zone)
	}
	return unix.SizeofSockaddrInet6
}
