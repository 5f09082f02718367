package resolver

import (
	"net"
	"net/netip"
	"testing"

	"sekisho/hostname"
)

// TestPlacesOfStreams has a machine with many addresses of IPv6 connect without end,
// and then many others: it keeps nobody of another network out.
func TestPlacesOfStreams(t *testing.T) {
	t.Parallel()
	all := newStreams(maxStreams)
	count := func(network netip.Addr) (n int) {
		for st := range all.open {
			if st.network == network {
				n++
			}
		}
		return n
	}
	active := int64(0)
	admit := func(addr netip.Addr) *stream {
		ours, theirs := net.Pipe()
		t.Cleanup(func() { _, _ = ours.Close(), theirs.Close() })
		st := &stream{Conn: ours, raw: ours, owner: addr, network: hostname.Network(addr)}
		active++
		st.active.Store(active)
		all.admit(st)
		return st
	}
	early := netip.MustParseAddr("192.0.2.1")
	first := admit(early)
	flooder := netip.MustParsePrefix("2001:db8:1::/64")
	for addr, i := flooder.Addr().Next(), 0; i < 2*maxStreams; addr, i = addr.Next(), i+1 {
		admit(addr)
	}
	if n := count(flooder.Addr()); n != maxPerNetwork {
		t.Errorf("%d connections of one network; want %d", n, maxPerNetwork)
	}
	if _, open := all.open[first]; !open {
		t.Error("the connection of another client made room")
	}
	for i := range maxStreams {
		admit(netip.AddrFrom4([4]byte{198, 51, 100, byte(i)}))
	}
	if len(all.open) != maxStreams {
		t.Errorf("%d connections; want %d", len(all.open), maxStreams)
	}
	if n := count(flooder.Addr()); n > 1 {
		t.Errorf("%d connections of one network where others have one; want one at most", n)
	}
	for range 2 * maxPerClient {
		admit(early)
	}
	if n := count(early); n > maxPerClient {
		t.Errorf("%d connections of one client; want at most %d", n, maxPerClient)
	}
}
