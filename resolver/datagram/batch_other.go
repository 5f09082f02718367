//go:build !linux

package datagram

import (
	"net"
	"net/netip"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// A Batch reads one query and writes its reply: what takes several at once is
// not to be had on every system.
type Batch struct {
	conn    *net.UDPConn
	told    bool
	size    int
	at      Ends
	in      [MaxQuery]byte
	out     [MaxReply]byte
	control [controlSize]byte
	v4      ipv4.ControlMessage
	v6      ipv6.ControlMessage
	answer  []byte
}

// NewBatch returns a batch that reads from conn, which it does not close.
func NewBatch(conn *net.UDPConn) (*Batch, error) {
	return &Batch{conn: conn, told: tellAddresses(conn)}, nil
}

// Receive waits for a datagram, which is written over the one before.
func (b *Batch) Receive() (int, error) {
	b.answer = nil
	var err error
	if !b.told {
		b.at.To = netip.Addr{}
		b.size, b.at.From, err = b.conn.ReadFromUDPAddrPort(b.in[:])
		return 1, err
	}
	var control int
	b.size, control, _, b.at.From, err = b.conn.ReadMsgUDPAddrPort(b.in[:], b.control[:])
	if err != nil {
		return 0, err
	}
	b.at.To = b.destination(b.control[:control])
	return 1, nil
}

// destination is the address in a control message, if there is one. Either
// family's may come: an IPv6 socket can take IPv4 datagrams.
func (b *Batch) destination(control []byte) netip.Addr {
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

// Packet is the datagram, or nil if it was too long for its buffer.
func (b *Batch) Packet(int) []byte {
	if b.size == len(b.in) {
		return nil
	}
	return b.in[:b.size]
}

// Ends is where the datagram came from, and to.
func (b *Batch) Ends(int) Ends { return b.at }

// Room is where the reply may be built; it holds [MaxReply] bytes.
func (b *Batch) Room(int) []byte { return b.out[:0] }

// Reply has reply sent with the next [Batch.Flush].
func (b *Batch) Reply(_ int, _ Ends, reply []byte) { b.answer = reply }

// Flush has failed send the reply: on these systems there is but one way.
func (b *Batch) Flush(failed func(i int, reply []byte)) {
	if b.answer != nil {
		failed(0, b.answer)
	}
}
