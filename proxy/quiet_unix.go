//go:build unix

package proxy

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// canPeek says that arrived knows.
const canPeek = true

// arrived reports whether something lies in the socket's buffer, or its peer
// has closed it, without waiting and without taking anything.
func arrived(raw syscall.RawConn) bool {
	something := false
	err := raw.Read(func(fd uintptr) bool {
		var one [1]byte
		_, _, err := unix.Recvfrom(int(fd), one[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
		something = err != unix.EAGAIN
		return true
	})
	return something || err != nil
}

// awaitReadable waits, within c's read deadline, until something can be read
// from c or it has ended, and holds no buffer meanwhile.
func awaitReadable(raw syscall.RawConn) error {
	return raw.Read(func(fd uintptr) bool {
		var one [1]byte
		_, _, err := unix.Recvfrom(int(fd), one[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
		return err != unix.EAGAIN
	})
}
