package proxy

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// States of a TCP connection (RFC 9293, section 3.3.2) as Linux counts them.
const (
	tcpClosed    = 7
	tcpCloseWait = 8
)

// peerOf asks the kernel how far the other end of a TCP connection has gone. What
// it sent and nobody has read yet does not hide its end.
func peerOf(raw syscall.RawConn) (p peer) {
	_ = raw.Control(func(fd uintptr) {
		info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
		switch {
		case err != nil:
			p = peerUnknown
		case info.State == tcpClosed:
			p = peerGone
		case info.State == tcpCloseWait:
			p = peerFinished
		default:
			p = peerThere
		}
	})
	return p
}
