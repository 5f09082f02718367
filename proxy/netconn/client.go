package netconn

import (
	"net"
	"net/netip"
)

// Client is the address of c's other end, without a zone and unmapped; invalid where
// there is none.
func Client(c net.Conn) netip.Addr {
	tcp, ok := c.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return tcp.AddrPort().Addr().Unmap().WithZone("")
}
