package lan

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv6"
)

// askDHCPv6 sends an Information-request, which asks for settings and no address
// (RFC 8415, section 18.2.6). A port that the system's own client has is one that
// cannot be heard on; that is said.
func askDHCPv6(ctx context.Context, on net.Interface, heard func(Offer)) error {
	local, err := linkLocal(on)
	if err != nil {
		return err
	}
	ask, err := dhcpv6.NewMessage(
		dhcpv6.WithClientID(&dhcpv6.DUIDLL{HWType: ethernetType, LinkLayerAddr: on.HardwareAddr}),
		dhcpv6.WithRequestedOptions(dhcpv6.OptionDNSRecursiveNameServer),
		dhcpv6.WithOption(dhcpv6.OptElapsedTime(0)))
	if err != nil {
		return fmt.Errorf("ask for DHCPv6 on %s: %w", on.Name, err)
	}
	ask.MessageType = dhcpv6.MessageTypeInformationRequest
	conn, err := net.ListenUDP("udp6", &net.UDPAddr{IP: local.AsSlice(), Port: dhcpv6.DefaultClientPort, Zone: on.Name})
	if err != nil {
		return fmt.Errorf("ask for DHCPv6 on %s: %w", on.Name, err)
	}
	defer func() { _ = conn.Close() }() // nothing is written that could be lost
	servers := &net.UDPAddr{IP: dhcpv6.AllDHCPRelayAgentsAndServers, Port: dhcpv6.DefaultServerPort, Zone: on.Name}
	if _, err := conn.WriteToUDP(ask.ToBytes(), servers); err != nil {
		return fmt.Errorf("ask for DHCPv6 on %s: %w", on.Name, err)
	}
	buf := make([]byte, maxPacket)
	stop := func() error { return conn.SetReadDeadline(time.Now()) }
	return listen(ctx, stop, func() error {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return err
		}
		if o, ok := readDHCPv6(buf[:n], ask.TransactionID, from.Addr(), on.Name); ok {
			heard(o)
		}
		return nil
	})
}

// ethernetType is the hardware type of interfaces with six octets.
const ethernetType = 1

// readDHCPv6 reads a Reply to the question with this id.
func readDHCPv6(packet []byte, id dhcpv6.TransactionID, from netip.Addr, zone string) (Offer, bool) {
	got, err := dhcpv6.FromBytes(packet)
	if err != nil {
		return Offer{}, false
	}
	m, ok := got.(*dhcpv6.Message)
	if !ok || m.MessageType != dhcpv6.MessageTypeReply || m.TransactionID != id {
		return Offer{}, false
	}
	return Offer{Source: DHCPv6, Interface: zone, From: from, Servers: addrs(m.Options.DNS(), zone)}, true
}
