package proxy

import (
	"net/netip"
	"testing"
)

// TestLimiterNetwork: with all the addresses of its network a device does not have all
// the connections.
func TestLimiterNetwork(t *testing.T) {
	t.Parallel()
	const most, each = 64, 8
	l := newLimiter(most, each)
	addr := netip.MustParseAddr("2001:db8::1")
	for ; l.admit(addr); addr = addr.Next() {
		for range each - 1 {
			l.admit(addr)
		}
	}
	if l.total != most/networkShare {
		t.Errorf("one network has %d; want %d", l.total, most/networkShare)
	}
	for _, other := range []string{"2001:db8:0:1::1", "192.0.2.1"} {
		if !l.admit(netip.MustParseAddr(other)) {
			t.Errorf("%s is kept out", other)
		}
	}
	last := addr.Prev()
	for l.client[last] > 0 {
		l.release(last)
	}
	if !l.admit(addr) {
		t.Error("what was given back is not to be had")
	}
}
