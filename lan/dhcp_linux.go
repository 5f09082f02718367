package lan

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv4"
	"github.com/insomniacslk/dhcp/dhcpv4/nclient4"
)

// askDHCP broadcasts a DISCOVER with the interface's own hardware address and
// hears every OFFER (RFC 2131, section 3.1). Nothing is requested, so a server
// keeps the address that it offers for seconds at most, and it is the one that
// this computer has. A packet socket hears them although the system's own client
// has the port.
func askDHCP(ctx context.Context, on net.Interface, heard func(Offer)) error {
	discover, err := dhcpv4.NewDiscovery(on.HardwareAddr,
		dhcpv4.WithBroadcast(true), dhcpv4.WithRequestedOptions(dhcpv4.OptionDomainNameServer))
	if err != nil {
		return fmt.Errorf("ask for DHCP on %s: %w", on.Name, err)
	}
	conn, err := nclient4.NewRawUDPConn(on.Name, dhcpv4.ClientPort)
	if err != nil {
		return fmt.Errorf("ask for DHCP on %s: %w", on.Name, err)
	}
	defer func() { _ = conn.Close() }() // nothing is written that could be lost
	server := &net.UDPAddr{IP: net.IPv4bcast, Port: dhcpv4.ServerPort}
	if _, err := conn.WriteTo(discover.ToBytes(), server); err != nil {
		return fmt.Errorf("ask for DHCP on %s: %w", on.Name, err)
	}
	buf := make([]byte, maxPacket)
	stop := func() error { return conn.SetReadDeadline(time.Now()) }
	return listen(ctx, stop, func() error {
		n, _, err := conn.ReadFrom(buf)
		if err != nil {
			return err
		}
		if o, ok := readDHCP(buf[:n], discover.TransactionID); ok {
			o.Interface = on.Name
			heard(o)
		}
		return nil
	})
}

// readDHCP reads an OFFER to the question with this id.
func readDHCP(packet []byte, id dhcpv4.TransactionID) (Offer, bool) {
	m, err := dhcpv4.FromBytes(packet)
	if err != nil || m.TransactionID != id || m.MessageType() != dhcpv4.MessageTypeOffer {
		return Offer{}, false
	}
	from, _ := netip.AddrFromSlice(m.ServerIdentifier().To4())
	return Offer{Source: DHCP, From: from, Servers: addrs(m.DNS(), "")}, true
}
