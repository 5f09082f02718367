package resolver

import (
	"net"
	"slices"
	"strings"
)

// faraway are addresses that only the default route leads to; they are for
// documents (RFC 5737 and RFC 3849), and nothing is sent there.
var faraway = [...]string{"192.0.2.1:53", "[2001:db8::1]:53"}

// routes tells the addresses of this machine and from which of them it would
// reach the world: that is what changes with a network, a VPN or a line that
// fails over.
func routes() string {
	var parts []string
	if addrs, err := net.InterfaceAddrs(); err == nil {
		for _, a := range addrs {
			parts = append(parts, a.String())
		}
	}
	slices.Sort(parts)
	for _, to := range faraway {
		conn, err := net.Dial("udp", to) // which sends nothing
		if err != nil {
			parts = append(parts, "none")
			continue
		}
		host, _, _ := net.SplitHostPort(conn.LocalAddr().String())
		parts = append(parts, host)
		_ = conn.Close()
	}
	return strings.Join(parts, " ")
}
