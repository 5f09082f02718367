//go:build unix

package socket

import (
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// CanPeek says that Arrived knows.
const CanPeek = true

// Arrived reports whether something lies in the socket's buffer, or its peer
// has closed it, without waiting and without taking anything. It costs no memory.
func Arrived(raw syscall.RawConn) bool {
	g := glances.Get().(*glance)
	defer glances.Put(g)
	err := raw.Read(g.look)
	return g.something || err != nil
}

// glance is what one look into a socket's buffer needs. Each request of a relay has one.
type glance struct {
	look      func(fd uintptr) bool
	something bool
	at        [1]unix.PollFd
}

var glances = sync.Pool{New: func() any {
	g := new(glance)
	g.look = func(fd uintptr) bool {
		g.at[0] = unix.PollFd{Fd: int32(fd), Events: unix.POLLIN}
		n, err := unix.Poll(g.at[:], 0)
		g.something = n != 0 || err != nil
		return true
	}
	return g
}}

// AwaitReadable waits, within c's read deadline, until something can be read
// from c or it has ended, and holds no buffer meanwhile. Where c is broken it says how:
// the system tells that once, and whoever reads then meets an ordinary end.
func AwaitReadable(raw syscall.RawConn) error {
	var broken error
	err := raw.Read(func(fd uintptr) bool {
		var one [1]byte
		_, _, err := unix.Recvfrom(int(fd), one[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
		if err != nil && err != unix.EAGAIN && err != unix.EINTR {
			broken = err
		}
		return err != unix.EAGAIN
	})
	if broken != nil {
		return broken
	}
	return err
}

// Broken reports whether the connection was reset, or given up by the system, and
// nobody has been told. It tells once.
func Broken(raw syscall.RawConn) bool {
	broken := false
	_ = raw.Control(func(fd uintptr) {
		errno, err := unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_ERROR)
		broken = err == nil && errno != 0
	})
	return broken
}

// Number is that of the socket's file descriptor. The system gives the lowest that is free
// (POSIX.1-2017, section 2.14), so when it is given as many are open at least.
func Number(raw syscall.RawConn) (n uint64) {
	_ = raw.Control(func(fd uintptr) { n = uint64(fd) })
	return n
}
