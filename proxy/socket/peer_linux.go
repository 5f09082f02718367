package socket

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// States of a TCP connection (RFC 9293, section 3.3.2) as Linux counts them.
const (
	tcpClosed    = 7
	tcpCloseWait = 8
)

// PeerOf asks the kernel how far the other end of a TCP connection has gone. What
// it sent and nobody has read yet does not hide its end.
func PeerOf(raw syscall.RawConn) (p Peer) {
	_ = raw.Control(func(fd uintptr) {
		info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
		switch {
		case err != nil:
			p = Unknown
		case info.State == tcpClosed:
			p = Gone
		case info.State == tcpCloseWait:
			p = Finished
		default:
			p = There
		}
	})
	return p
}

// Unsent is how many bytes that were written the other end has not acknowledged.
func Unsent(raw syscall.RawConn) (n int) {
	_ = raw.Control(func(fd uintptr) { n, _ = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ) })
	return n
}
