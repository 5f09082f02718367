package lan

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/mdlayher/ndp"
	"golang.org/x/net/ipv6"
)

// Where routers are asked, and where they answer (RFC 4291, section 2.7.1).
var (
	allNodes   = netip.MustParseAddr("ff02::1")
	allRouters = netip.MustParseAddr("ff02::2")
)

// askRouters sends a router solicitation (RFC 4861, section 6.3.7) and hears the
// advertisements, whose RDNSS options name servers (RFC 8106, section 5.1).
func askRouters(ctx context.Context, on net.Interface, heard func(Offer)) error {
	if _, err := linkLocal(on); err != nil {
		return err
	}
	conn, _, err := ndp.Listen(&on, ndp.LinkLocal)
	if err != nil {
		return fmt.Errorf("ask routers on %s: %w", on.Name, err)
	}
	defer func() { _ = conn.Close() }() // nothing is written that could be lost
	if err := errors.Join(conn.SetControlMessage(ipv6.FlagHopLimit, true), conn.JoinGroup(allNodes)); err != nil {
		return fmt.Errorf("ask routers on %s: %w", on.Name, err)
	}
	ask := &ndp.RouterSolicitation{Options: []ndp.Option{&ndp.LinkLayerAddress{Direction: ndp.Source, Addr: on.HardwareAddr}}}
	if err := conn.WriteTo(ask, nil, allRouters); err != nil {
		return fmt.Errorf("ask routers on %s: %w", on.Name, err)
	}
	stop := func() error { return conn.SetReadDeadline(time.Now()) }
	buf := make([]byte, maxPacket)
	return listen(ctx, stop, func() error {
		n, control, from, err := conn.ReadRaw(buf)
		if err != nil {
			return err
		}
		// What is not from this link has passed a router on its way (RFC 4861, section 6.1.2).
		if control == nil || control.HopLimit != ndp.HopLimit || !from.IsLinkLocalUnicast() {
			return nil
		}
		if o, ok := readRouter(buf[:n], from, on.Name); ok {
			heard(o)
		}
		return nil
	})
}

// readRouter reads an advertisement. A server with a lifetime of zero is one not
// to be asked any more.
func readRouter(packet []byte, from netip.Addr, zone string) (Offer, bool) {
	m, err := ndp.ParseMessage(packet)
	if err != nil {
		return Offer{}, false
	}
	ra, ok := m.(*ndp.RouterAdvertisement)
	if !ok {
		return Offer{}, false
	}
	var ips []net.IP
	for _, option := range ra.Options {
		if servers, ok := option.(*ndp.RecursiveDNSServer); ok && servers.Lifetime > 0 {
			for _, s := range servers.Servers {
				ips = append(ips, s.AsSlice())
			}
		}
	}
	return Offer{Source: Router, Interface: zone, From: from.WithZone(zone), Servers: addrs(ips, zone)}, true
}
