package datagram

import (
	"context"
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// Beside opens up to n further sockets on the address of first, among which
// the kernel deals out the clients, so that each has one goroutine to itself:
// two that read one socket spend more on waking each other than on queries.
// It returns as many as it could open.
//
// The port was taken without SO_REUSEPORT, so that one taken by somebody else
// is an error; and none of the sockets keeps it, so that no process of the
// same user can join them and take queries away.
func Beside(first *net.UDPConn, n int) (more []*net.UDPConn) {
	all := func() []*net.UDPConn { return append([]*net.UDPConn{first}, more...) }
	defer func() {
		for _, conn := range all() {
			_ = share(conn, 0)
		}
	}()
	if share(first, 1) != nil {
		return nil
	}
	config := net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) error { return reusePort(raw, 1) }}
	for range n {
		conn, err := config.ListenPacket(context.Background(), first.LocalAddr().Network(), first.LocalAddr().String())
		if err != nil {
			break
		}
		more = append(more, conn.(*net.UDPConn))
	}
	return more
}

func share(conn *net.UDPConn, on int) error {
	raw, err := conn.SyscallConn()
	if err != nil {
		return err
	}
	return reusePort(raw, on)
}

func reusePort(raw syscall.RawConn, on int) error {
	var failed error
	err := raw.Control(func(fd uintptr) {
		failed = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, on)
	})
	if err != nil {
		return err
	}
	return failed
}
