package upstream

import (
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// bundlesLost is after how many bundles in a row of which nothing was heard the
// datagrams are sent one by one, for as long as memory has it: there are drivers and
// tunnels that lose what they are to take apart.
const bundlesLost = 3

// bundles tells whether two datagrams of one length go down to the network as one
// piece, which the last part of the system, or the network card, takes apart (UDP
// segmentation offload, Linux 4.18). The zero value says yes. It is safe for
// concurrent use.
type bundles struct {
	lost  atomic.Int32
	until atomic.Int64 // there are none until then, in Unix nanoseconds
}

// some reports whether wires are to be sent as one piece.
func (b *bundles) some(wires [][]byte) bool {
	return len(wires) == maxAsked && len(wires[0]) == len(wires[1]) && past(&b.until)
}

// refuse has there be none for a while.
func (b *bundles) refuse() {
	b.lost.Store(0)
	b.until.Store(time.Now().Add(memory).UnixNano())
}

// silence notes that nothing was heard of one.
func (b *bundles) silence() {
	if b.lost.Add(1) >= bundlesLost {
		b.refuse()
	}
}

// heard notes that one arrived.
func (b *bundles) heard() {
	if b.lost.Load() != 0 {
		b.lost.Store(0)
	}
}

// sendBundle sends wires, of one length, as one piece, and reports whether the system
// took that.
func (s *socket) sendBundle(wires [][]byte) bool {
	var (
		parts   [maxAsked]unix.Iovec
		control [4]uint64 // more than a head and a size
		whole   unix.Msghdr
	)
	for i, wire := range wires {
		parts[i].Base = &wire[0]
		parts[i].SetLen(len(wire))
	}
	head := (*unix.Cmsghdr)(unsafe.Pointer(&control[0]))
	head.Level, head.Type = unix.SOL_UDP, unix.UDP_SEGMENT
	head.SetLen(unix.CmsgLen(2))
	*(*uint16)(unsafe.Add(unsafe.Pointer(&control[0]), unix.CmsgLen(0))) = uint16(len(wires[0]))
	whole.Iov = &parts[0]
	whole.SetIovlen(len(wires))
	whole.Control = (*byte)(unsafe.Pointer(&control[0]))
	whole.SetControllen(unix.CmsgSpace(2))
	for {
		_, _, errno := unix.RawSyscall(unix.SYS_SENDMSG, uintptr(s.fd), uintptr(unsafe.Pointer(&whole)), unix.MSG_NOSIGNAL)
		switch errno {
		case unix.EINTR:
		case 0, unix.EAGAIN, unix.ENOBUFS: // see send
			return true
		default:
			return false
		}
	}
}
