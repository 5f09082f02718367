package lan

import (
	"net/netip"
	"testing"

	"github.com/insomniacslk/dhcp/dhcpv4"
	"github.com/insomniacslk/dhcp/dhcpv6"
	"github.com/mdlayher/ndp"
)

// FuzzReadPackets reads what anybody on the network may send.
func FuzzReadPackets(f *testing.F) {
	var id4 dhcpv4.TransactionID
	var id6 dhcpv6.TransactionID
	from := netip.MustParseAddr("fe80::1")
	offer, err := dhcpv4.New(dhcpv4.WithTransactionID(id4), dhcpv4.WithMessageType(dhcpv4.MessageTypeOffer), dhcpv4.WithDNS([]byte{192, 0, 2, 1}))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(offer.ToBytes())
	reply, err := dhcpv6.NewMessage(dhcpv6.WithDNS(from.AsSlice()))
	if err != nil {
		f.Fatal(err)
	}
	reply.MessageType, reply.TransactionID = dhcpv6.MessageTypeReply, id6
	f.Add(reply.ToBytes())
	ra, err := ndp.MarshalMessage(&ndp.RouterAdvertisement{Options: []ndp.Option{&ndp.RecursiveDNSServer{Lifetime: 1e9, Servers: []netip.Addr{from}}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(ra)
	f.Fuzz(func(t *testing.T, packet []byte) {
		if len(packet) > maxPacket {
			return
		}
		if o, ok := readDHCP(packet, id4); ok {
			check(t, o)
		}
		if o, ok := readDHCPv6(packet, id6, from, "eth0"); ok {
			check(t, o)
		}
		if o, ok := readRouter(packet, from, "eth0"); ok {
			check(t, o)
		}
	})
}
