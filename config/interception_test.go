package config

import (
	"net/netip"
	"testing"
)

// TestAC01Listen is AC-01: whoever changes nothing listens to this computer
// alone, and serves this computer alone. An office names both.
func TestAC01Listen(t *testing.T) {
	t.Parallel()
	file, err := Parse("", DefaultYAML())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]Config{"Default": Default(), "config.yaml": file} {
		for _, listen := range []string{c.Listen.Proxy, c.Listen.Console, c.Listen.DNS} {
			if ap, err := netip.ParseAddrPort(listen); err != nil || !ap.Addr().IsLoopback() {
				t.Errorf("%s listens on %q; want loopback", name, listen)
			}
		}
		if c.Metrics.Listen != "" {
			t.Errorf("%s serves metrics on %q; want none", name, c.Metrics.Listen)
		}
		for _, p := range c.Access.Clients {
			if !p.Addr().IsLoopback() || p.Addr().Is4() && p.Bits() < 8 || p.Addr().Is6() && p.Bits() < 128 {
				t.Errorf("%s serves %s; want loopback alone", name, p)
			}
		}
	}
	office, err := Parse("", []byte("listen: {proxy: '192.168.7.2:8765'}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if a := netip.MustParseAddr("192.168.7.9"); office.Access.Clients[0].Contains(a) || office.Access.Clients[1].Contains(a) {
		t.Error("a listener for the office lets the office in by itself; want access.clients to say so")
	}
}
