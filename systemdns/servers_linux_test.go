package systemdns

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
