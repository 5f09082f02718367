//go:build unix

package socket

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// CanPeek says that Arrived knows.
const CanPeek = true

// Arrived reports whether something lies in the socket's buffer, or its peer
// has closed it, without waiting and without taking anything.
func Arrived(raw syscall.RawConn) bool {
	something := false
	err := raw.Read(func(fd uintptr) bool {
		var one [1]byte
		_, _, err := unix.Recvfrom(int(fd), one[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
		something = err != unix.EAGAIN
		return true
	})
	return something || err != nil
}

// AwaitReadable waits, within c's read deadline, until something can be read
// from c or it has ended, and holds no buffer meanwhile.
func AwaitReadable(raw syscall.RawConn) error {
	return raw.Read(func(fd uintptr) bool {
		var one [1]byte
		_, _, err := unix.Recvfrom(int(fd), one[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
		return err != unix.EAGAIN
	})
}
