package resolver

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

// familiesFor is how long it is taken for granted whether this machine has IPv6.
const familiesFor = 10 * time.Second

// families knows whether this machine has an address with which it could reach
// another over IPv6. Without one, addresses of IPv6 are of no use to a connection,
// and asking for them beside those of IPv4 doubles the cost of a name (RFC 3493,
// section 6.1, AI_ADDRCONFIG, is the same idea).
type families struct {
	interfaces func() ([]net.Addr, error)

	mu    sync.Mutex
	ipv6  bool
	until time.Time
}

func newFamilies() *families { return &families{interfaces: net.InterfaceAddrs} }

// hasIPv6 reports it, and true when it cannot be told.
func (f *families) hasIPv6(now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now.Before(f.until) && now.After(f.until.Add(-2*familiesFor)) { // a clock may be set back
		return f.ipv6
	}
	f.until = now.Add(familiesFor)
	addrs, err := f.interfaces()
	f.ipv6 = err != nil
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && reachesOut(n.IP) {
			f.ipv6 = true
		}
	}
	return f.ipv6
}

// reachesOut reports whether ip is one of IPv6 that is good for more than this
// machine and its link.
func reachesOut(ip net.IP) bool {
	a, ok := netip.AddrFromSlice(ip)
	return ok && a.Is6() && !a.Is4In6() && a.IsGlobalUnicast()
}
