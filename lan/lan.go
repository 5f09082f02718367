package lan

import (
	"cmp"
	"context"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"time"
)

// Source says how a computer is told of a server.
type Source string

// The sources.
const (
	DHCP   Source = "DHCP"
	DHCPv6 Source = "DHCPv6"
	Router Source = "router advertisement"
)

// Offer is what one server or router tells the computers of a network.
type Offer struct {
	Source    Source
	Interface string     // the name of the interface it was heard on
	From      netip.Addr // who said it; IPv6 link-local mostly, with its zone
	Servers   []netip.Addr
}

const (
	// wait is for servers that try an address before they offer it, which
	// takes some of them two seconds; routers may take half a second (RFC 4861,
	// section 6.2.6).
	wait = 4 * time.Second
	// maxInterfaces, maxOffers and maxServers bound what is asked and kept.
	maxInterfaces = 8
	maxOffers     = 16
	maxServers    = 8
	// maxPacket is above what any of the three protocols sends unfragmented.
	maxPacket = 2048
)

// Ask returns what the networks that this computer is on tell it, sorted by
// interface and source; networks that say nothing of a source have no entry. It
// takes about four seconds. On Linux the network itself is asked, which needs
// root: without, the error is [fs.ErrPermission]. On macOS and Windows the
// system's current leases are read. Elsewhere the error is [errors.ErrUnsupported].
func Ask(ctx context.Context) ([]Offer, error) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	var offers []Offer
	var err error
	switch runtime.GOOS {
	case "darwin":
		offers, err = macLeases(ctx, interfaces())
	case "windows":
		offers, err = windowsLeases(ctx)
	default:
		offers, err = askNetwork(ctx, interfaces())
	}
	slices.SortFunc(offers, func(a, b Offer) int {
		return cmp.Or(cmp.Compare(a.Interface, b.Interface), cmp.Compare(a.Source, b.Source), a.From.Compare(b.From))
	})
	return offers, err
}

// interfaces are those that could lead to a network with others on it.
func interfaces() []net.Interface {
	all, err := net.Interfaces()
	if err != nil {
		return nil
	}
	const ethernet = 6 // octets of a hardware address
	const wanted, unwanted = net.FlagUp | net.FlagBroadcast | net.FlagMulticast, net.FlagLoopback | net.FlagPointToPoint
	fit := slices.DeleteFunc(all, func(i net.Interface) bool {
		return i.Flags&wanted != wanted || i.Flags&unwanted != 0 || len(i.HardwareAddr) != ethernet
	})
	return fit[:min(len(fit), maxInterfaces)]
}

// addrs are the addresses of ips, each once, as far as they are kept. Addresses
// of the link get its zone, without which they lead nowhere.
func addrs(ips []net.IP, zone string) []netip.Addr {
	var out []netip.Addr
	for _, ip := range ips {
		addr, ok := netip.AddrFromSlice(ip)
		if !ok {
			continue
		}
		if addr = addr.Unmap(); addr.Is6() && addr.IsLinkLocalUnicast() {
			addr = addr.WithZone(zone)
		}
		if !slices.Contains(out, addr) && len(out) < maxServers {
			out = append(out, addr)
		}
	}
	return out
}
