package main

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNameservers(t *testing.T) {
	t.Parallel()
	got := nameservers("# nameserver 192.0.2.1\nsearch office.example\nnameserver 192.0.2.2\nnameserver 2001:db8::1 # x\nnameserver no\nnameserver\noptions edns0\n")
	want := []netip.AddrPort{netip.MustParseAddrPort("192.0.2.2:53"), netip.MustParseAddrPort("[2001:db8::1]:53")}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestResolvedMend(t *testing.T) {
	t.Parallel()
	want := `sudo mkdir -p /etc/systemd/resolved.conf.d && printf '[Resolve]\nDNS=127.0.0.1:5354\nFallbackDNS=\nDomains=~.\n' | ` +
		`sudo tee /etc/systemd/resolved.conf.d/sekisho.conf && sudo systemctl restart systemd-resolved; ` +
		`back with: sudo rm /etc/systemd/resolved.conf.d/sekisho.conf && sudo systemctl restart systemd-resolved`
	if got := resolvedMend("127.0.0.1", "5354"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
