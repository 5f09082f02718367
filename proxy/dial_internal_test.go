package proxy

import (
	"errors"
	"net"
	"net/netip"
	"testing"

	"sekisho/interstitial"
	"sekisho/proxy/egress"
)

// TestAC06DialledAddress is AC-06 where nobody has looked before: the dialer itself
// connects to no address that a client may not reach, however it came to it.
func TestAC06DialledAddress(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	here := netip.MustParseAddrPort(l.Addr().String())
	beside := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.2"), here.Port())
	s := &Server{bounds: defaultBounds}
	dialer := egress.Dialer{Control: s.guard}
	for name, addrs := range map[string][]netip.AddrPort{"one": {here}, "several": {here, beside}} {
		s.settings.Store(&Settings{})
		conn, err := dialer.Dial(t.Context(), addrs)
		if f := (*failure)(nil); !errors.As(err, &f) || f.code != interstitial.CodeAddress {
			t.Errorf("%s: error = %v; want the address refused", name, err)
			if err == nil {
				_ = conn.Close()
			}
		}
		s.settings.Store(&Settings{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
		if conn, err = dialer.Dial(t.Context(), addrs); err != nil {
			t.Errorf("%s: error = %v where the owner allows it", name, err)
			continue
		}
		_ = conn.Close()
	}
}
