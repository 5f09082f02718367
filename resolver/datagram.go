package resolver

import (
	"net"
	"net/netip"

	"go.uber.org/zap"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// controlSize is room for what the kernel says about a datagram.
const controlSize = 128

// A datagram is where a query came from, and to which of our addresses, so
// that the reply leaves from there: askers drop it otherwise.
type datagram struct {
	from netip.AddrPort
	// to is invalid if the socket has but one address, or the system does not
	// tell.
	to netip.Addr
}

// asked is the address of ours that d came to, of a socket at own.
func (d datagram) asked(own netip.Addr) netip.Addr {
	if d.to.IsValid() {
		return d.to
	}
	return own
}

// tellAddresses has the system tell to which address of this machine datagrams
// came, if conn is bound to all. It reports whether it does.
func tellAddresses(conn *net.UDPConn) bool {
	if !conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().IsUnspecified() {
		return false
	}
	err4 := ipv4.NewPacketConn(conn).SetControlMessage(ipv4.FlagDst, true)
	err6 := ipv6.NewPacketConn(conn).SetControlMessage(ipv6.FlagDst, true)
	return err4 == nil || err6 == nil
}

// control is the message that has a reply leave from the address asked.
func (d datagram) control() []byte {
	if d.to.Is4() {
		return (&ipv4.ControlMessage{Src: d.to.AsSlice()}).Marshal()
	}
	return (&ipv6.ControlMessage{Src: d.to.AsSlice()}).Marshal()
}

// senderTo returns the sender of the reply to d. As each query has one, it
// holds no more than it needs.
func (s *Server) senderTo(d datagram) sender {
	if d.to.IsValid() {
		return func(reply []byte) { s.sendUDP(reply, d) }
	}
	from := d.from
	return func(reply []byte) { s.sendUDP(reply, datagram{from: from}) }
}

// sendUDP answers d. That the reply cannot be delivered is the asker's loss.
func (s *Server) sendUDP(reply []byte, d datagram) {
	var err error
	if d.to.IsValid() && !d.to.IsMulticast() {
		if _, _, err = s.udp.WriteMsgUDPAddrPort(reply, d.control(), d.from); err == nil {
			return
		}
	}
	// Broadcasts come to addresses that none can leave from.
	if _, err = s.udp.WriteToUDPAddrPort(reply, d.from); err != nil {
		s.log.Debug("reply not sent", zap.Stringer("client", d.from), zap.Error(err))
	}
}
