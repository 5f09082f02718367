package datagram

import (
	"net"
	"net/netip"
	"strconv"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// batchSize is how many datagrams go in and out of the kernel at once. More
// save nothing that could be measured, and a client whose query is the first
// of many waits for the last.
const batchSize = 16

// A slot is one datagram of a batch and the reply to it.
type slot struct {
	name    unix.RawSockaddrInet6 // or the shorter one of IPv4
	in      unix.Iovec
	out     unix.Iovec
	packet  [MaxQuery]byte
	control [controlSize]byte
	room    [MaxReply]byte
	source  [controlSize]byte
}

// message is struct mmsghdr of recvmmsg(2).
type message struct {
	header unix.Msghdr
	size   uint32
}

// A Batch reads queries and writes the replies that could be had at once, for
// one goroutine. It allocates nothing once it is made.
type Batch struct {
	raw  syscall.RawConn
	told bool

	slots   [batchSize]slot
	in, out [batchSize]message
	// answered are the slots of out, of which there are replies.
	answered [batchSize]int
	replies  int

	// What Receive and Flush hand to the closures that the runtime calls.
	got         int
	next, sent  int // the first reply to send, and how many were
	errno       unix.Errno
	recv        func(fd uintptr) bool
	send        func(fd uintptr)
	sendBlocked func(fd uintptr) bool
}

// NewBatch returns a batch that reads from conn, which it does not close.
func NewBatch(conn *net.UDPConn) (*Batch, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	b := &Batch{raw: raw, told: tellAddresses(conn)}
	for i := range b.slots {
		s := &b.slots[i]
		s.in.Base = &s.packet[0]
		s.in.SetLen(len(s.packet))
		h := &b.in[i].header
		h.Name = (*byte)(unsafe.Pointer(&s.name))
		h.Iov = &s.in
		h.SetIovlen(1)
	}
	b.recv = func(fd uintptr) bool {
		b.got, b.errno = multi(unix.SYS_RECVMMSG, fd, b.in[:])
		return b.errno != unix.EAGAIN
	}
	b.send = func(fd uintptr) { b.sent, b.errno = multi(unix.SYS_SENDMMSG, fd, b.out[b.next:b.replies]) }
	b.sendBlocked = func(fd uintptr) bool {
		b.send(fd)
		return b.errno != unix.EAGAIN
	}
	return b, nil
}

// multi calls recvmmsg or sendmmsg without waiting. The runtime is not told of
// the call, as it is of those that may take long: sixteen datagrams take longer
// than the 20 µs after which it looks for threads that are stuck, and what it
// does about them, for ever since all its processors are busy here, cost a fifth
// of the time. Meanwhile a collection waits for some 60 µs at most.
func multi(call, fd uintptr, messages []message) (int, unix.Errno) {
	for {
		n, _, errno := unix.RawSyscall6(call, fd, uintptr(unsafe.Pointer(&messages[0])), uintptr(len(messages)), unix.MSG_DONTWAIT, 0, 0)
		if errno != unix.EINTR {
			return int(n), errno
		}
	}
}

// Receive waits for datagrams and returns how many there are. Those before, and
// their replies, are written over.
func (b *Batch) Receive() (int, error) {
	for i := range b.in {
		h := &b.in[i].header
		h.Namelen = uint32(unsafe.Sizeof(b.slots[i].name))
		h.Flags = 0
		if b.told {
			h.Control = &b.slots[i].control[0]
			h.SetControllen(controlSize)
		}
	}
	b.replies = 0
	if err := b.raw.Read(b.recv); err != nil {
		return 0, err
	}
	if b.errno != 0 {
		return 0, b.errno
	}
	return b.got, nil
}

// Packet is the datagram i, or nil if it was too long for its buffer. It holds
// until the next [Batch.Receive].
func (b *Batch) Packet(i int) []byte {
	if b.in[i].header.Flags&unix.MSG_TRUNC != 0 || b.in[i].size >= MaxQuery {
		return nil
	}
	return b.slots[i].packet[:b.in[i].size]
}

// Ends is where the datagram i came from, and to.
func (b *Batch) Ends(i int) Ends {
	e := Ends{From: b.from(i)}
	if b.told {
		e.To = destination(b.slots[i].control[:b.in[i].header.Controllen])
	}
	return e
}

func (b *Batch) from(i int) netip.AddrPort {
	name := &b.slots[i].name
	port := (*[2]byte)(unsafe.Pointer(&name.Port))
	at := uint16(port[0])<<8 | uint16(port[1])
	if name.Family == unix.AF_INET {
		return netip.AddrPortFrom(netip.AddrFrom4((*unix.RawSockaddrInet4)(unsafe.Pointer(name)).Addr), at)
	}
	addr := netip.AddrFrom16(name.Addr)
	if name.Scope_id != 0 { // link-local: the reply needs it, and nothing else has one
		addr = addr.WithZone(strconv.Itoa(int(name.Scope_id)))
	}
	return netip.AddrPortFrom(addr, at)
}

// Room is where the reply to the datagram i may be built; it holds [MaxReply] bytes.
func (b *Batch) Room(i int) []byte { return b.slots[i].room[:0] }

// Reply has reply, which must not be empty, sent to where the datagram i came from,
// whose ends are e, with the next [Batch.Flush]. reply is kept until then.
func (b *Batch) Reply(i int, e Ends, reply []byte) {
	s, m := &b.slots[i], &b.out[b.replies]
	s.out.Base = &reply[0]
	s.out.SetLen(len(reply))
	m.header = unix.Msghdr{Name: (*byte)(unsafe.Pointer(&s.name)), Namelen: b.in[i].header.Namelen, Iov: &s.out}
	m.header.SetIovlen(1)
	if e.To.IsValid() && !e.To.IsMulticast() {
		control := appendSource(s.source[:0], e.To)
		m.header.Control = &control[0]
		m.header.SetControllen(len(control))
	}
	b.answered[b.replies] = i
	b.replies++
}

// Flush sends the replies, and waits while the network is slower. failed is called
// with the datagram of each that the system would not take, and the reply.
func (b *Batch) Flush(failed func(i int, reply []byte)) {
	for b.next = 0; b.next < b.replies; {
		err := b.raw.Control(b.send)
		if err == nil && b.errno == unix.EAGAIN { // the network is slower than we are
			err = b.raw.Write(b.sendBlocked)
		}
		if err != nil {
			return // closed
		}
		if b.errno == 0 {
			b.next += b.sent
			continue
		}
		i := b.answered[b.next]
		failed(i, unsafe.Slice(b.slots[i].out.Base, b.slots[i].out.Len))
		b.next++
	}
	b.replies = 0
}
