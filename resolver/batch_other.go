//go:build !linux

package resolver

import (
	"net"
	"net/netip"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// A batch reads one query and writes its reply: what takes several at once is
// not to be had on every system.
type batch struct {
	conn    *net.UDPConn
	told    bool
	size    int
	at      datagram
	in      [maxQuery]byte
	out     [maxUDP]byte
	control [controlSize]byte
	v4      ipv4.ControlMessage
	v6      ipv6.ControlMessage
	answer  []byte
}

func newBatch(conn *net.UDPConn, told bool) (*batch, error) {
	return &batch{conn: conn, told: told}, nil
}

// receive waits for a datagram.
func (b *batch) receive() (int, error) {
	b.answer = nil
	var err error
	if !b.told {
		b.at.to = netip.Addr{}
		b.size, b.at.from, err = b.conn.ReadFromUDPAddrPort(b.in[:])
		return 1, err
	}
	var control int
	b.size, control, _, b.at.from, err = b.conn.ReadMsgUDPAddrPort(b.in[:], b.control[:])
	if err != nil {
		return 0, err
	}
	b.at.to = b.destination(b.control[:control])
	return 1, nil
}

// destination is the address in a control message, if there is one. Either
// family's may come: an IPv6 socket can take IPv4 datagrams.
func (b *batch) destination(control []byte) netip.Addr {
	b.v4.Dst, b.v6.Dst = nil, nil
	if b.v6.Parse(control) == nil && b.v6.Dst != nil {
		if addr, ok := netip.AddrFromSlice(b.v6.Dst); ok {
			return addr.Unmap()
		}
	}
	if b.v4.Parse(control) == nil && b.v4.Dst != nil {
		if addr, ok := netip.AddrFromSlice(b.v4.Dst); ok {
			return addr.Unmap()
		}
	}
	return netip.Addr{}
}

// packet is the datagram, or nil if it was too long for its buffer.
func (b *batch) packet(int) []byte {
	if b.size == len(b.in) {
		return nil
	}
	return b.in[:b.size]
}

// datagram is where the datagram came from, and to.
func (b *batch) datagram(int) datagram { return b.at }

// room is where the reply may be built.
func (b *batch) room(int) []byte { return b.out[:0] }

// reply has reply sent with the next flush.
func (b *batch) reply(_ int, _ datagram, reply []byte) { b.answer = reply }

// flush has failed send the reply: on these systems there is but one way.
func (b *batch) flush(failed func(i int, reply []byte)) {
	if b.answer != nil {
		failed(0, b.answer)
	}
}
