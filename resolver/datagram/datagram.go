// Package datagram reads DNS queries from UDP sockets and sends the replies, with
// few calls into the system, few wake-ups and no allocation.
//
// A [Batch] takes as many queries as there are and writes the replies that could
// be had at once. An [Outbox] has those that come later, together, leave together.
// [Beside] opens a socket for each goroutine that reads. Where a system has no
// calls for several datagrams, these do the same one by one.
//
// Every reply leaves from the address that was asked: askers drop it otherwise.
// What queries say is for the caller to judge.
package datagram

import (
	"net"
	"net/netip"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

const (
	// MaxQuery is the read buffer for datagrams, in bytes. No honest query comes
	// near it; what fills it has been cut and is dropped.
	MaxQuery = 4096
	// MaxReply is the largest datagram sent, in bytes, whatever the client offers:
	// beyond it networks fragment, and fragments can be forged (RFC 9715, section 3).
	MaxReply = 1232
	// controlSize is room for what the kernel says about a datagram.
	controlSize = 128
)

// Ends are where a query came from, and to which of our addresses, so that the
// reply leaves from there.
type Ends struct {
	From netip.AddrPort
	// To is invalid if the socket has but one address, or the system does not
	// tell.
	To netip.Addr
}

// Asked is the address of ours that was asked, of a socket at own.
func (e Ends) Asked(own netip.Addr) netip.Addr {
	if e.To.IsValid() {
		return e.To
	}
	return own
}

// Send sends reply by conn to where a query with these ends came from, at once.
func Send(conn *net.UDPConn, reply []byte, e Ends) error {
	if e.To.IsValid() && !e.To.IsMulticast() {
		if _, _, err := conn.WriteMsgUDPAddrPort(reply, e.control(), e.From); err == nil {
			return nil
		}
	}
	// Broadcasts come to addresses that none can leave from.
	_, err := conn.WriteToUDPAddrPort(reply, e.From)
	return err
}

// control is the message that has a reply leave from the address asked.
func (e Ends) control() []byte {
	if e.To.Is4() {
		return (&ipv4.ControlMessage{Src: e.To.AsSlice()}).Marshal()
	}
	return (&ipv6.ControlMessage{Src: e.To.AsSlice()}).Marshal()
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
